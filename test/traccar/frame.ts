/** A V1 frame with the fix time `at`, at 24.05 knots; bit 1 of the status word is clear: SOS. */
export function frameAt(deviceId: string, at: number, { sos = false } = {}): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T')
  const [year = '', month, day] = date.split('-')
  const clock = time.slice(0, 8).replaceAll(':', '')
  const status = sos ? 'FFFFFFFD' : 'FFFFFFFF'
  return `*HQ,${deviceId},V1,${clock},A,4221.2102,N,00752.5961,W,024.05,133,${day}${month}${year.slice(2)},${status}#`
}

/** Of a time as Traccar gives it, in whole seconds, as a fix has it. */
export const fixTimeOf = (at: number): number => Math.floor(at / 1_000) * 1_000
