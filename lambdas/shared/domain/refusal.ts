/**
 * Why a command was surely not written, as `<code>` or `<code>: <sentence>`. These pass: the command may be sent again,
 * to whoever holds the device then. Any other code is about the command itself and ends it.
 */
export const passingRefusals = [
  /** That session is not, or no longer, on this gateway. */
  'no-session',
  /** It reached the gateway after its `notAfter`. */
  'too-late',
  /** The gateway still conducts another in the device's slot. */
  'busy',
  /** IoT Core: that gateway is not connected. */
  'not-connected',
  /** IoT Core refused to hand it on. */
  'not-delivered',
  /** Asked for it, the gateway that should have it knows nothing of it. */
  'not-received',
  /** It carries a secret, and the session is not established. */
  'not-established',
] as const

export const isPassing = (refusal: string | null): boolean => {
  const code = refusal?.split(':', 1)[0]
  return passingRefusals.some((passing) => passing === code)
}
