import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlainPath } from '../../lambdas/api/request-path.ts'

/** As API Gateway delivers `rawPath`: decoded once. */
const decodedOnce = (path: string): string => decodeURIComponent(path)

const refused = [
  '',
  'v1/devices',
  '//v1/keys',
  '/v1//keys',
  '/v1/devices/../keys',
  '/v1/devices/./keys',
  '/v1/devices/..',
  '/v1/devices/..%2f..%2fv1%2fkeys',
  '/v1/devices/%2e%2e/keys',
  '/v1/devices/.%2E/keys',
  '/v1/devices/%2e/keys',
  '/v1/devices/%252e%252e/keys',
  '/v1/devices/%25252e%25252e%25252fkeys',
  '/v1/devices/42%2Fpositions',
  '/v1/devices/42%252fpositions',
  '/v1/devices/42%5cpositions',
  '/v1/devices/42\\positions',
  '/v1/devices/42%00',
  '/v1/devices/42\u0000',
  '/v1/devices/42%0a',
  '/v1/devices/4\t2',
  '/v1/devices/42%7f',
  '/v1/devices/42%c2%85',
  '/v1/devices%3Flimit=1',
  '/v1/devices?limit=1',
  '/v1/devices#x',
  '/v1/devices%23x',
  '/v1/devices%20',
  '/v1/devices/%',
  '/v1/devices/%zz',
  '/v1/devices/%ff',
  '/v1/devices/%c0%ae%c0%ae/keys',
  '/v1/devices/\ud800',
]

describe('a path whose meaning changes by normalization or decoding', () => {
  it.each(refused)('is refused: %j', (path) => expect(isPlainPath(path)).toBe(false))

  it.each(['/', '/healthz', '/v1/devices/42/positions', '/v1/devices/a b/x', '/assets/app-1.2.js', '/v1/é'])(
    'is not refused where it has one meaning: %j',
    (path) => expect(isPlainPath(path)).toBe(true),
  )

  it('is refused in any spelling, encoded up to three times, delivered encoded or decoded', () => {
    const encodeAll = (text: string): string =>
      [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
    const spell = (text: string, times: number): string => {
      let spelt = times === 0 ? text : encodeAll(text)
      for (let n = 1; n < times; n++) spelt = spelt.replaceAll('%', '%25')
      return spelt
    }
    const bad = fc.constantFrom('/../', '/./', '//', '/..\\', '\u0000', '\r\n', '\u001b', '?a=', '#')
    const segment = fc.stringMatching(/^[a-z0-9-]{1,8}$/)
    const cases = fc.tuple(fc.array(segment, { maxLength: 3 }), bad, segment, fc.nat(3), fc.boolean())
    fc.assert(
      fc.property(cases, ([before, attack, after, times, isDecoded]) => {
        const path = `/${before.map((one) => `${one}/`).join('')}x${spell(attack, times)}${after}`
        return !isPlainPath(isDecoded ? decodedOnce(path) : path)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is refused exactly: accepted paths reach the router unchanged', () => {
    const pieces = fc.constantFrom(
      '/',
      '.',
      '%',
      '2',
      'f',
      'e',
      '5',
      'c',
      '0',
      'a',
      ' ',
      '\\',
      '?',
      'é',
      '\u0000',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const path = `/${parts.join('')}`
        if (!isPlainPath(path)) return
        const { pathname, search, hash } = new URL(`https://host${path}`)
        expect([decodeURIComponent(pathname), search, hash]).toEqual([decodeURIComponent(path), '', ''])
        expect(pathname.split('/').length).toBe(path.split('/').length)
      }),
      { numRuns: 5_000 },
    )
  })
})
