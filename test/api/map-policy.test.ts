import { describe, expect, it } from 'vitest'
import { readConsoleConfig } from '../../lambdas/api/site/config.ts'
import { readMapOrigins } from '../../lambdas/api/site/map-origins.ts'
import { startApi } from './fakes.ts'

/** The origins that the page of an installation may read from, by directive. */
async function readPolicy(MAP_STYLE_URL: string, MAP_ORIGINS: string) {
  const page = { body: new Uint8Array(), type: 'text/html', hashed: false, encoding: null }
  const config = readConsoleConfig('test', { MAP_STYLE_URL })
  const mapOrigins = readMapOrigins(MAP_ORIGINS)
  const api = await startApi({ console: { files: async () => page, config, mapOrigins } })
  const answer = await api.app.request('/')
  await api.close()
  const policy = answer.headers.get('content-security-policy')!
  const sourcesOf = (directive: string): string[] =>
    policy
      .split('; ')
      .find((part) => part.startsWith(`${directive} `))!
      .split(' ')
      .filter((source) => source.includes('/'))
  return { policy, images: sourcesOf('img-src'), requests: sourcesOf('connect-src') }
}

describe('the policy of the page', () => {
  it.each([
    ['https://tiles.example.co.uk/style.json', '', ['https://tiles.example.co.uk']],
    ['https://tiles.openfreemap.org/styles/liberty', '', ['https://tiles.openfreemap.org']],
    ['http://maps.lan:8081/style.json', '', ['http://maps.lan:8081']],
    ['http://192.168.1.5:8081/style.json', '', ['http://192.168.1.5:8081']],
    [
      'https://api.example.com/style.json',
      'https://fonts.example.com https://tiles.example.net:8443',
      ['https://api.example.com', 'https://fonts.example.com', 'https://tiles.example.net:8443'],
    ],
    ['/map/region.pmtiles', 'https://fonts.example.com', []],
  ])('allows the exact origins of a map: %s, %s', async (style, more, origins) => {
    const { policy, images, requests } = await readPolicy(style, more)
    expect([images, requests]).toEqual([origins, origins])
    expect(policy).not.toContain('*')
  })

  it.each([
    '*.example.com',
    'https://*.example.com',
    'https://a.example/path',
    "https://a.example;script-src'",
    'ftp://a.example',
  ])('accepts only origins: %s', (text) => {
    expect(() => readMapOrigins(text)).toThrow('MAP_ORIGINS must have origins')
  })
})
