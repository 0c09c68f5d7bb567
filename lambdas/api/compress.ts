import { PassThrough, type Transform } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import { createMiddleware } from 'hono/factory'
import type { ApiBindings } from './app-type.ts'
import { isStreamed } from './streamed.ts'

/** Smaller answers hardly shrink. */
const MIN_BYTES = 1_024

const compressible = /^(?:text\/|application\/(?:json|x-ndjson|[\w.-]+\+(?:json|xml))\b)/

/**
 * In order of preference. A day of 8,640 positions (3.3 MB of JSON) takes about 30 ms with each: see `npm run bench
 * history`.
 */
const compressors = {
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: () => createGzip({ level: 4 }),
} as const
type Encoding = keyof typeof compressors
const encodings = Object.keys(compressors) as Encoding[]

/** Chooses a compression by Accept-Encoding (RFC 9110 section 12.5.3); null: none. */
export function chooseEncoding(accept: string | undefined): Encoding | null {
  const qualities = new Map<string, number>()
  for (const part of (accept ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim())
    const q = parameters.find((parameter) => parameter.startsWith('q='))
    if (name !== '') qualities.set(name, q === undefined ? 1 : Number(q.slice(2)) || 0)
  }
  const qualityOf = (name: string): number => qualities.get(name) ?? qualities.get('*') ?? 0
  const best = encodings.reduce((best, name) => (qualityOf(name) > qualityOf(best) ? name : best))
  // `identity`, if not mentioned, is acceptable, with the lowest preference.
  return qualityOf(best) > 0 && qualityOf(best) >= (qualities.get('identity') ?? 0) ? best : null
}

/** Converts written text to the bytes of a body. */
export const createEncoder = (encoding: Encoding | null): Transform =>
  encoding === null ? new PassThrough() : compressors[encoding]()

/** Compresses text answers above 1 kB, if the client accepts it. */
export const compress = createMiddleware<ApiBindings>(async (c, next) => {
  await next()
  const { res } = c
  if (res.body === null || res.headers.has('content-encoding') || isStreamed(res)) return
  if (!compressible.test(res.headers.get('content-type') ?? '')) return
  const body = new Uint8Array(await res.arrayBuffer())
  const isLong = body.length > MIN_BYTES
  const encoding = isLong ? chooseEncoding(c.req.header('accept-encoding')) : null
  c.res = new Response(encoding === null ? body : await encodeWhole(body, encoding), res)
  if (isLong && !/\baccept-encoding\b/i.test(res.headers.get('vary') ?? ''))
    c.header('vary', 'accept-encoding', { append: true })
  if (encoding !== null) c.header('content-encoding', encoding)
})

async function encodeWhole(body: Uint8Array, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = createEncoder(encoding)
  encoder.end(body)
  return new Uint8Array(await buffer(encoder))
}
