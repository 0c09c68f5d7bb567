/**
 * The number of a SIM, as trackers write it: 17 to 20 digits, then up to three of padding (`F`, also `FF`, or `?`), and
 * on some SIMs a hex digit at the end. 22 characters at most: it enters the state of a device.
 */
export const isIccid = (text: string): boolean =>
  text.length <= 22 && /^\d{17,20}[0-9A-Fa-f]?[Ff?]{0,3}$/.test(text)
