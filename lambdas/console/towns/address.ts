import type { Point } from '../../shared/domain/distance.ts'
import { answerOf } from '../api/client.ts'
import { config } from '../state/config.ts'
import { api } from '../state/session.ts'
import { useAnswer } from '../state/use-answer.ts'
import { choice } from '../text/choice.ts'

/** How often the address of a driving device is requested. */
const REFRESH_MS = 30_000
/** An address is shown while the device is within this distance, about 100 m, of the position that it was requested for. */
const MAX_DEGREES = 0.001

const isNear = (a: Point, b: Point): boolean =>
  Math.abs(a.latitude - b.latitude) < MAX_DEGREES && Math.abs(a.longitude - b.longitude) < MAX_DEGREES

/**
 * The address of a device, from the geocoder of this installation. Null without a geocoder, without an answer, and once the device
 * has moved on: the page then shows the name of a nearby town.
 */
export function useAddress(deviceId: string, at: Point | null): string | null {
  const isOn = config.value?.geocoder != null
  const read = async () => {
    if (!isOn || at === null) return null
    const { latitude, longitude } = at
    const query = { latitude, longitude, language: choice.language }
    const { address } = await answerOf(api.GET('/v1/geocode', { params: { query } }))
    return address === null ? null : { address, at }
  }
  const { data } = useAnswer(read, {
    key: `${deviceId} ${String(isOn && at !== null)}`,
    everyMs: isOn ? REFRESH_MS : null,
  })
  return data !== null && at !== null && isNear(data.at, at) ? data.address : null
}
