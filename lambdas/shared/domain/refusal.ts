/** Why a command was certainly not written; stored as `<code>` or `<code>: <sentence>`. */
export type Refusal = { readonly code: RefusalCode; readonly detail: string }

/** True: the command may be sent again, to whoever owns the session then. The others are about it and end it. */
const passing = {
  /** That session is not, or no longer, on this gateway. */
  'no-session': true,
  /** It reached the gateway after its `notAfter`. */
  'too-late': true,
  /** The gateway still conducts another in the device's slot. */
  busy: true,
  /** It carries a secret, and the session is not established. */
  'not-established': true,
  'not-encodable': false,
  /** Dangerous, and by its frames the car may be moving. */
  interlock: false,
  contested: false,
  /** The bytes could be read as another command. */
  'unsafe-bytes': false,
  /** Together with bytes written before they could be read as another command, until a frame of ours ends those. */
  'unfinished-bytes': true,
  /** IoT Core: that gateway is not connected. */
  'not-connected': true,
  /** IoT Core refused to hand it on. */
  'not-delivered': true,
  /** Asked for it, the gateway that should have it knows nothing of it. */
  'not-received': true,
} as const
export type RefusalCode = keyof typeof passing

export const isPassing = (refusal: string | null): boolean =>
  Object.entries(passing).some(([code, passes]) => passes && refusal?.split(':', 1)[0] === code)

/** What stands in its way is about this command only: those behind it in the queue go first. */
export const isOvertaken = (refusal: string | null): boolean =>
  refusal?.startsWith('unfinished-bytes:') === true
