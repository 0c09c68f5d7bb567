import type { ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readOptions } from '../../cdk/local/options.ts'
import { createAskAmazon } from '../../lambdas/api/geocode/ask-amazon.ts'
import { createAskNominatim } from '../../lambdas/api/geocode/ask-nominatim.ts'
import { toAddress, type AskAddress } from '../../lambdas/api/geocode/ask.ts'
import { createGeocoder } from '../../lambdas/api/geocode/geocoder.ts'
import { readGeocoderSource } from '../../lambdas/api/geocode/source.ts'
import { callerWith, createFakeHistory, createReadingApp } from './fakes.ts'
import { answerWith, startGeocoder } from './nominatim.ts'

const at = { latitude: 45.566, longitude: 8.054 }
const attribution = { text: '© someone', url: 'https://example.com/' }

/** A geocoder with a clock that only the test moves. Sleeping takes no time and is recorded. */
function createClocked(ask: AskAddress, perSecond = 1) {
  const clock = { ms: 1_000_000 }
  const asked: string[] = []
  const warnings: string[] = []
  const slept: number[] = []
  const geocoder = createGeocoder({
    ask: (point, language) => {
      asked.push(`${point.latitude} ${point.longitude} ${language} at ${clock.ms - 1_000_000}`)
      return ask(point, language)
    },
    attribution,
    perSecond,
    log: { warn: (message, fields) => void warnings.push(`${message}: ${String(fields?.error)}`) },
    now: () => clock.ms,
    sleep: async (ms) => void slept.push(ms),
  })
  return { ...geocoder, clock, asked, warnings, slept }
}

describe('the geocoder', () => {
  it('asks its service once for each cell of 50 m, language and day', async () => {
    const { find, asked, clock } = createClocked(async () => 'Via Italia 1, Biella', 10)
    const found = { outcome: 'found', address: 'Via Italia 1, Biella' }
    expect(await find(at, 'en')).toEqual(found)
    expect(await find({ latitude: 45.56612, longitude: 8.05391 }, 'en')).toEqual(found)
    expect(asked).toEqual(['45.566 8.054 en at 0'])
    await find(at, 'de')
    await find({ ...at, latitude: 45.567 }, 'en')
    expect(asked).toHaveLength(3)
    clock.ms += 86_400_000
    await find(at, 'en')
    expect(asked).toHaveLength(4)
  })

  it('shares one request among simultaneous identical ones', async () => {
    const { find, asked } = createClocked(async () => null)
    expect(await Promise.all([find(at, 'en'), find(at, 'en')])).toEqual([
      { outcome: 'none', address: null },
      { outcome: 'none', address: null },
    ])
    expect(asked).toHaveLength(1)
  })

  it('asks at most once a second, and refuses callers that would wait too long', async () => {
    const { find, clock, slept } = createClocked(async () => 'here')
    const found = await Promise.all([0, 1, 2, 3, 4].map((n) => find({ ...at, latitude: n }, 'en')))
    expect(found.map(({ outcome }) => outcome)).toEqual(['found', 'found', 'found', 'busy', 'busy'])
    expect(slept).toEqual([1_000, 2_000])
    clock.ms += 3_000
    expect(await find({ ...at, latitude: 4 }, 'en')).toEqual({ outcome: 'found', address: 'here' })
    expect(slept).toHaveLength(2)
  })

  it('keeps a bounded number of answers, the newest ones', async () => {
    const { find, asked, clock } = createClocked(async () => 'here')
    const findAt = async (n: number) => {
      clock.ms += 1_000
      return find({ latitude: 0, longitude: n / 100 }, 'en')
    }
    for (let n = 0; n <= 2_000; n++) await findAt(n)
    await findAt(2_000)
    expect(asked).toHaveLength(2_001)
    await findAt(0)
    expect(asked).toHaveLength(2_002)
  })

  it('leaves a failed service alone for a minute, and logs it once', async () => {
    const { find, asked, clock, warnings } = createClocked(() => Promise.reject(new Error('it answered 429')))
    const unavailable = { outcome: 'unavailable', address: null }
    expect(await find(at, 'en')).toEqual(unavailable)
    expect(await find({ ...at, latitude: 1 }, 'en')).toEqual(unavailable)
    expect(asked).toHaveLength(1)
    expect(warnings).toEqual(['the geocoder failed; it is asked again in a minute: Error: it answered 429'])
    clock.ms += 60_000
    await find(at, 'en')
    expect(asked).toHaveLength(2)
  })
})

describe('an address', () => {
  it.each([
    ['Via Italia 1, Biella', 'Via Italia 1, Biella'],
    ['a\u202Eb\u0000c\nd\uD800', 'abcd'],
    [' \u200B ', null],
    ['x'.repeat(1_000_000), `${'x'.repeat(249)}…`],
    ['🚗'.repeat(300), `${'🚗'.repeat(249)}…`],
  ])('made of %j is one safe line', (text, address) => {
    expect(toAddress(text)).toBe(address)
  })
})

describe('Nominatim', () => {
  const askOf = async (answer: (response: ServerResponse) => void, timeoutMs?: number) => {
    const server = await startGeocoder(answer)
    onTestFinished(server.close)
    return { server, ask: () => createAskNominatim(`${server.url}/base/`, timeoutMs)(at, 'de') }
  }

  it('is asked with the name of this application, in the language of the reader', async () => {
    const { server, ask } = await askOf((response) =>
      answerWith(response, { display_name: 'Biella, Italien' }),
    )
    expect(await ask()).toBe('Biella, Italien')
    const [{ url, headers }] = server.requests as [(typeof server.requests)[number]]
    expect(url.pathname).toBe('/base/reverse')
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      lat: '45.566',
      lon: '8.054',
      format: 'jsonv2',
      'accept-language': 'de',
    })
    expect(headers['user-agent']).toMatch(/^h02-gateway\//)
  })

  it('returns no address at sea', async () => {
    const { ask } = await askOf((response) => answerWith(response, { error: 'Unable to geocode' }))
    expect(await ask()).toBeNull()
  })

  const failures: [string, (response: ServerResponse) => void, RegExp][] = [
    ['429', (response) => void response.writeHead(429).end(), /the service answered 429/],
    ['broken JSON', (response) => void response.end('{"display_name": "45.566'), /^the answer is not JSON$/],
    ['a list', (response) => answerWith(response, []), /not an object/],
    ['no address', (response) => answerWith(response, { display_name: 7 }), /has no address/],
    ['10 MB', (response) => void response.end('x'.repeat(10_000_000)), /longer than/],
    [
      'a redirect',
      (response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
      /fetch failed/,
    ],
  ]
  it.each(failures)('that answers with %s is an error', async (_, answer, problem) => {
    const { ask, server } = await askOf(answer)
    await expect(ask()).rejects.toThrow(problem)
    expect(server.requests).toHaveLength(1)
  })

  it('that does not answer times out', async () => {
    const { ask } = await askOf(() => {}, 50)
    await expect(ask()).rejects.toThrow(/timeout/)
  })

  it('is configured by a URL without secrets', () => {
    const read = (url: string) => readOptions(['--geocoder', url])
    expect(read('https://nominatim.example.com')).toMatchObject({ geocoder: 'https://nominatim.example.com' })
    expect(readOptions([])).not.toHaveProperty('geocoder')
    for (const url of [
      'nominatim',
      'ftp://example.com',
      'https://me:pw@example.com',
      'https://example.com?key=1',
    ])
      expect(read(url)).toMatchObject({ problem: expect.stringMatching(/^--geocoder: expected the URL/) })
    expect(read('amazon-location')).toMatchObject({ problem: expect.stringContaining('AWS account') })
    expect(readGeocoderSource('https://nominatim.openstreetmap.org')).toMatchObject({ isPublic: true })
    expect(readGeocoderSource('https://notopenstreetmap.org')).toMatchObject({ isPublic: false })
  })
})

describe('Amazon Location', () => {
  const askWith = (status: number, body: unknown) => {
    const sent: unknown[] = []
    const ask = createAskAmazon('https://places.geo.eu-west-1.amazonaws.com', async (url, init) => {
      sent.push(url, init?.method, JSON.parse(init?.body ?? 'null'))
      return new Response(JSON.stringify(body), { status })
    })
    return { sent, ask: () => ask(at, 'en') }
  }

  it('is asked for one address', async () => {
    const { ask, sent } = askWith(200, { ResultItems: [{ Title: 'x', Address: { Label: 'Via Italia 1' } }] })
    expect(await ask()).toBe('Via Italia 1')
    expect(sent).toEqual([
      'https://places.geo.eu-west-1.amazonaws.com/v2/reverse-geocode',
      'POST',
      { QueryPosition: [8.054, 45.566], MaxResults: 1, Language: 'en' },
    ])
  })

  it('returns no address at sea, and an error is a sentence', async () => {
    expect(await askWith(200, { ResultItems: [] }).ask()).toBeNull()
    await expect(askWith(403, {}).ask()).rejects.toThrow('the service answered 403')
    await expect(askWith(200, {}).ask()).rejects.toThrow('no ResultItems')
  })
})

describe('GET /v1/geocode', () => {
  const appWith = (geocoder: ReturnType<typeof createClocked> | null) => {
    const authenticate = async () => callerWith('read')
    const { app } = createReadingApp(createFakeHistory(), { geocoder, authenticate })
    return async (query: string) => {
      const answer = await app.request(`/v1/geocode?${query}`, { headers: { authorization: 'Bearer key' } })
      return { status: answer.status, body: await answer.json() }
    }
  }

  it('answers with the address and the source of the data', async () => {
    const ask = appWith(createClocked(async () => 'Via Italia 1'))
    expect(await ask('latitude=45.566&longitude=8.054')).toEqual({
      status: 200,
      body: { outcome: 'found', address: 'Via Italia 1', attribution },
    })
  })

  it.each(['latitude=91&longitude=0', 'latitude=&longitude=0', 'latitude=1', 'latitude=1&longitude=NaN'])(
    'refuses %s',
    async (query) => {
      expect((await appWith(createClocked(async () => 'x'))(query)).status).toBe(400)
    },
  )

  it('reports when there is no geocoder', async () => {
    const { status, body } = await appWith(null)('latitude=1&longitude=2')
    expect([status, body.type]).toEqual([403, 'urn:h02:problem:geocoder-off'])
  })
})
