import type { PositionPage } from './schema.ts'

/** RFC 7946: one point per position; without coordinates its geometry is null. */
export const toGeoJson = ({ items, ...page }: PositionPage): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    ...page,
    features: items.map(({ latitude, longitude, ...properties }) => ({
      type: 'Feature',
      geometry:
        latitude === null || longitude === null
          ? null
          : { type: 'Point', coordinates: [longitude, latitude] },
      properties,
    })),
  })
