/** The operations of the OpenAPI document: path template → methods. */
type DocumentedPaths = ReadonlyMap<string, readonly string[]>

const methods = ['get', 'post', 'put', 'patch', 'delete']

export const readPaths = (document: { paths?: Record<string, object> | undefined }): DocumentedPaths =>
  new Map(
    Object.entries(document.paths ?? {}).map(([path, item]) => [
      path,
      Object.keys(item)
        .filter((name) => methods.includes(name))
        .map((name) => name.toUpperCase()),
    ]),
  )

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '')
const isParameter = (segment: string): boolean => segment.startsWith('{')

const matches = (template: string, path: string): boolean => {
  const [expected, actual] = [segmentsOf(template), segmentsOf(path)]
  return (
    expected.length === actual.length &&
    expected.every((segment, i) => isParameter(segment) || segment === actual[i])
  )
}

/** The methods of a path; empty if there is no such path. */
export const methodsOf = (paths: DocumentedPaths, path: string): string[] =>
  [...paths].flatMap(([template, methods]) => (matches(template, path) ? methods : []))

/** The documented paths that are most similar to the requested one, best first. */
export function nearestPaths(paths: DocumentedPaths, path: string, count = 3): string[] {
  const actual = segmentsOf(path)
  const scoreOf = (template: string): number => {
    const expected = segmentsOf(template)
    const alike = expected.map((segment, i) =>
      actual[i] === undefined ? 0 : isParameter(segment) ? 0.6 : likeness(segment, actual[i]),
    )
    return alike.reduce((sum, n) => sum + n, 0) / Math.max(expected.length, actual.length, 1)
  }
  return [...paths.keys()]
    .map((template) => ({ template, score: scoreOf(template) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ template }) => template)
}

/** Similarity of two words, 0…1, by common letter pairs, so that a typing mistake changes little. */
const likeness = (a: string, b: string): number => {
  const pairs = (text: string): string[] =>
    Array.from({ length: text.length + 1 }, (_, i) => ` ${text} `.slice(i, i + 2))
  const [ofA, ofB] = [pairs(a.toLowerCase()), pairs(b.toLowerCase())]
  return (2 * ofA.filter((pair) => ofB.includes(pair)).length) / (ofA.length + ofB.length)
}
