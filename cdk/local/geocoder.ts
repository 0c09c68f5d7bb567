import { readGeocoderSource } from '../../lambdas/api/geocode/source.ts'

/** Why the text is not a Nominatim server for `--geocoder`; null if it is one. */
export function findGeocoderProblem(text: string): string | null {
  const source = readGeocoderSource(text)
  if ('problem' in source) return `--geocoder: ${source.problem}`
  return source.kind === 'nominatim'
    ? null
    : '--geocoder must be the URL of a Nominatim server: Amazon Location needs an AWS account'
}
