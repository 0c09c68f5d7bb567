import { isAtLeastAsNarrow } from '../../shared/domain/device-limit.ts'
import type { Place } from '../../shared/domain/places/place.ts'
import type { PlaceStore } from '../../shared/store/places.ts'
import { Problem } from '../problem.ts'
import type { Sight } from '../visibility.ts'
import { toPlaceAnswer } from './schema.ts'

/** A caller that is limited to devices sees the places that are limited to some of these devices. */
const isVisible = ({ limit: ofPlace }: Place, { limit }: Pick<Sight, 'limit'>): boolean =>
  isAtLeastAsNarrow(ofPlace, limit)

export const visiblePlaces = async (
  { list }: Pick<PlaceStore, 'list'>,
  sight: Pick<Sight, 'limit'>,
): Promise<Place[]> => (await list()).filter((place) => isVisible(place, sight))

export async function requirePlace(
  { get }: Pick<PlaceStore, 'get'>,
  sight: Pick<Sight, 'limit'>,
  placeId: string,
): Promise<Place> {
  const place = await get(placeId)
  if (place === null || !isVisible(place, sight)) throw noSuchPlace(placeId)
  return place
}

export const noSuchPlace = (placeId: string): Problem =>
  new Problem('not-found', `no place ${placeId}; GET /v1/places lists them`)

export async function showPlace(place: Place, sight: Sight) {
  const ids = place.devices?.ids ?? null
  return toPlaceAnswer(place, ids && (sight.limit === null ? ids : await sight.pick(ids, (id) => id)))
}
