/** Why a command was certainly not written; stored as `<code>` or `<code>: <sentence>`. */
export type Refusal = { readonly code: RefusalCode; readonly detail: string }

/**
 * True: temporary; the command may be sent again, to the session's owner at that time. False: it concerns the command
 * and ends it.
 */
const passing = {
  /** The session is not on this gateway (any more). */
  'no-session': true,
  /** It reached the gateway after its `notAfter`. */
  'too-late': true,
  /** The gateway still conducts another command in the device's slot. */
  busy: true,
  /** It contains a secret, and the session is not established. */
  'not-established': true,
  'not-encodable': false,
  /** It is dangerous, and according to its frames the car may be moving. */
  interlock: false,
  contested: false,
  /** The bytes could be read as another command. */
  'unsafe-bytes': false,
  /** Together with earlier bytes they could be read as another command, until a frame of ours ends those. */
  'unfinished-bytes': true,
  /** IoT Core reports that the gateway is not connected. */
  'not-connected': true,
  /** IoT Core refused to forward it. */
  'not-delivered': true,
  /** The gateway that should have it does not know it. */
  'not-received': true,
} as const
export type RefusalCode = keyof typeof passing
export const refusalCodes = Object.keys(passing) as readonly RefusalCode[]

export const isPassing = (refusal: string | null): boolean =>
  Object.entries(passing).some(([code, passes]) => passes && refusal?.split(':', 1)[0] === code)

/** The obstacle concerns this command only, so the commands behind it in the queue go first. */
export const isOvertaken = (refusal: string | null): boolean =>
  refusal?.startsWith('unfinished-bytes:') === true
