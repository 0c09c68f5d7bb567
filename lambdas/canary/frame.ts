const two = (value: number): string => String(value).padStart(2, '0')

/**
 * A V1 frame (PROTOCOL.md section 2.1) with a current fix at the point that is farthest from land, where no real
 * tracker is.
 */
export function frameOf(deviceId: string, now: number): string {
  const at = new Date(now)
  const time = two(at.getUTCHours()) + two(at.getUTCMinutes()) + two(at.getUTCSeconds())
  const date = two(at.getUTCDate()) + two(at.getUTCMonth() + 1) + two(at.getUTCFullYear() % 100)
  return `*HQ,${deviceId},V1,${time},A,4852.6000,S,12323.6000,W,000.00,000,${date},FFFFFBFF#`
}

/** A SinoTrack tracker's answer to CXZT (PROTOCOL.md section 5.7), shortened. */
export const statusReplyOf = (deviceId: string): string =>
  `*HQ,${deviceId},SMS,UT:60,60,300\nGPS:V-0\nGSM:20#`
