import type { DecodeResult, Frame, Status } from '#h02/message.ts'

/** One anchored expression, no quantifier inside another: what a straightforward decoder of V1 would use. */
const v1 = new RegExp(
  /^\*([A-Za-z]{2}),(\d*),(V1),(\d\d)(\d\d)(\d\d),([AVB]),(\d\d)(\d\d\.\d{4}),([NS]),(\d{3})(\d\d\.\d{4}),([EW]),/
    .source + /(\d+\.\d+),(\d+),(\d\d)(\d\d)(\d\d),([0-9A-Fa-f]{8}),(\d+),(\d+),(\d+),(\d+)#$/.source,
)

const toStatus = (hex: string): Status => {
  const bits = Number.parseInt(hex, 16)
  const clear: number[] = []
  for (let i = 0; i < 32; i++) if (((bits >>> i) & 1) === 0) clear.push(i)
  return { word: hex.toUpperCase(), bits, clear }
}

const toDegrees = (degrees: string, minutes: string, sign: number): number =>
  (sign * Math.round((Number(degrees) + Number(minutes) / 60) * 1e6)) / 1e6

/** The baseline: decodes a V1 with a decimal cell into the same object that `decode` returns. */
export const decodeV1ByRegex = (frame: Frame): DecodeResult => {
  const { buffer, byteOffset, byteLength } = frame.bytes
  const match = v1.exec(Buffer.from(buffer, byteOffset, byteLength).toString('latin1'))
  if (match === null) return { ok: false, reason: 'malformed', detail: 'no V1 with a cell' }
  const [, maker, id, type, hh, mi, ss, validity, latD, latM, ns, lonD, lonM, ew] =
    match as unknown as string[]
  const [speed, course, dd, mo, yy, status, mcc, mnc, lac, cid] = match.slice(14)
  const speedKnots = Number(speed)
  return {
    ok: true,
    message: {
      type: type!,
      maker: maker!,
      id: id!,
      position: {
        fixTime: Date.UTC(2000 + Number(yy), Number(mo) - 1, Number(dd), Number(hh), Number(mi), Number(ss)),
        valid: validity !== 'V',
        latitude: toDegrees(latD!, latM!, ns === 'N' ? 1 : -1),
        longitude: toDegrees(lonD!, lonM!, ew === 'E' ? 1 : -1),
        speedKnots,
        speedKmh: Math.round(speedKnots * 1852) / 1000,
        course: Number(course),
      },
      deviceTime: null,
      status: toStatus(status!),
      cells: [
        {
          mcc: Number(mcc),
          mnc: Number(mnc),
          lac: Number(lac),
          cid: Number(cid),
          dbm: null,
          rssiRaw: null,
          rxRaw: null,
        },
      ],
      wifi: [],
      batteryRaw: null,
      batteryPercent: null,
      voltage: null,
      satellites: null,
      gsm: null,
      mileageKm: null,
      iccid: null,
      reply: null,
      alarm: null,
      batch: [],
      binary: null,
      extra: [mcc!, mnc!, lac!, cid!],
      details: {},
    },
    warnings: [],
  }
}
