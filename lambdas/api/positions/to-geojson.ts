import type { FileWriter } from './file-writer.ts'
import type { PositionAnswer, PositionPage } from './schema.ts'

/** RFC 7946: one point per position; without coordinates the geometry is null. */
const toFeature = ({ latitude, longitude, ...properties }: PositionAnswer) => ({
  type: 'Feature',
  geometry:
    latitude === null || longitude === null ? null : { type: 'Point', coordinates: [longitude, latitude] },
  properties,
})

export const toGeoJson = ({ items, ...page }: PositionPage): string =>
  JSON.stringify({ type: 'FeatureCollection', ...page, features: items.map(toFeature) })

export const writeGeoJson: FileWriter = ({ deviceId, decoder }, progress) => ({
  begin: () =>
    `{"type":"FeatureCollection","deviceId":${JSON.stringify(deviceId)},"decoder":${JSON.stringify(decoder)},"features":[\n`,
  add: (position) => {
    const separator = progress.isEmpty ? '' : ',\n'
    progress.isEmpty = false
    return separator + JSON.stringify(toFeature(position))
  },
  end: () => '\n]}\n',
})
