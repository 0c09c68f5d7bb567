import { answerOf, readAll } from '../api/client.ts'
import type { PlaceAnswer } from '../api/types.ts'
import { api } from '../state/session.ts'

/** All places that the key sees. */
export const readPlaces = (): Promise<PlaceAnswer[]> =>
  readAll((cursor) =>
    answerOf(api.GET('/v1/places', { params: { query: { limit: 200, ...(cursor && { cursor }) } } })),
  )
