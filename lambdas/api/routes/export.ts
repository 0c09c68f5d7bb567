import { once } from 'node:events'
import { Readable, type Transform } from 'node:stream'
import { createRoute, z } from '@hono/zod-openapi'
import { DECODER_VERSION } from '#h02'
import { monotonicNow } from '../../shared/clock.ts'
import type { ApiParts, App, FileBounds } from '../app-type.ts'
import { chooseEncoding, createEncoder } from '../compress.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { requireDevice } from '../devices/require-device.ts'
import { deviceParams } from '../devices/schema.ts'
import { createStatusReader } from '../devices/status.ts'
import { rangeQuery, requireRange } from '../history-query.ts'
import { MAX_BODY_BYTES } from '../page-budget.ts'
import { cursorInput, nextLink } from '../page.ts'
import { geoJsonFileExample, ndjsonExample } from '../positions/examples.ts'
import { newFile } from '../positions/file-writer.ts'
import { fileFormatNames, fileWriters, formats } from '../positions/formats.ts'
import { toRowCursor, type Fix } from '../positions/read-positions.ts'
import { voidQuery, type PositionAnswer } from '../positions/schema.ts'
import { isLocated, toPosition } from '../positions/to-position.ts'
import { ReaderGone, writeFile, type FileCursor } from '../positions/write-file.ts'
import { Problem } from '../problem.ts'
import { needs } from '../scope.ts'
import { streamed } from '../streamed.ts'
import { exactly } from '../validation.ts'
import { readVisibleRows } from '../visible-rows.ts'

const DAY_MS = 86_400_000
/** A month of 31 days, one extra hour when clocks are set back, and a spare day. */
const MAX_DAYS = 32

/**
 * Limits of a part: bytes as sent (Lambda returns at most 6 MB, in base64), time (API Gateway waits for 29 s), and rows
 * read, so that a range with only heartbeats ends too.
 */
const partBounds: FileBounds = {
  maxBytes: MAX_BODY_BYTES,
  maxMs: 12_000,
  maxRows: 250_000,
  pieceLength: 32_768,
  now: monotonicNow,
}

const route = createRoute({
  method: 'get',
  path: '/v1/devices/{deviceId}/positions/export',
  operationId: 'exportPositions',
  tags: ['Positions'],
  summary: 'Positions of up to a month as one file, oldest first',
  description:
    'CSV, GPX, GeoJSON or NDJSON, compressed according to Accept-Encoding. In embedded mode one answer contains the whole file. On AWS an answer contains at most 4 MB as sent: with compression about a month of a tracker that reports every 10 s. A longer file continues at `Link: …; rel="next"`: concatenate the bodies to get the file.',
  ...needs('read'),
  request: {
    params: deviceParams,
    query: exactly({
      ...rangeQuery,
      format: z.enum(fileFormatNames).openapi({ description: 'The format of the file', example: 'csv' }),
      void: voidQuery,
      cursor: cursorInput,
    }),
  },
  responses: {
    200: {
      description: 'The file, or a part of it',
      content: {
        'text/csv': { schema: z.string() },
        'application/gpx+xml': { schema: z.string() },
        'application/geo+json': {
          schema: z.looseObject({ type: z.literal('FeatureCollection') }),
          example: geoJsonFileExample,
        },
        'application/x-ndjson': { schema: z.string(), example: ndjsonExample },
      },
    },
  },
})

export function addExportRoute(
  app: App,
  { devices, history, fileBounds, streamsFiles = false, log }: ApiParts,
): void {
  const bounds = { ...partBounds, ...fileBounds }

  app.openapi(route, async (c) => {
    const { deviceId } = c.req.valid('param')
    const { from, to, format, cursor, void: voids } = c.req.valid('query')
    requireMonth(from, to)
    const scope = ['export', deviceId, from, to, format, voids]
    const begun = cursor === undefined ? null : (decodeCursor(scope, cursor) as FileCursor)
    const device = await requireDevice(devices, deviceId)
    const encoding = chooseEncoding(c.req.header('accept-encoding'))
    const headers = {
      'content-type': formats[format].mediaType,
      'content-disposition': `attachment; filename="${deviceId}_${dayOf(from)}_${dayOf(to - 1)}.${format}"`,
      vary: 'accept-encoding',
      ...(encoding !== null && { 'content-encoding': encoding }),
    }
    // Hono answers HEAD with GET and drops the body, so the stream would have no reader.
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)

    const encoder = createEncoder(encoding)
    const readStatus = createStatusReader(device)
    const toSelected = (fix: Fix): PositionAnswer | null => {
      const position = toPosition(fix, readStatus)
      return voids === 'include' || isLocated(position) ? position : null
    }
    const writePart = (cursor: FileCursor | null, isFull: () => boolean): Promise<FileCursor | null> => {
      const progress = cursor === null ? newFile() : { ...cursor.progress }
      const fixCursor = cursor?.fixes ?? null
      const after = fixCursor === null ? undefined : toRowCursor(fixCursor, 'asc')
      return writeFile(encoder, {
        rows: readVisibleRows(history, device, { from, to, order: 'asc', after }),
        after: fixCursor,
        utcOffsetMinutes: device.overrides.utcOffsetMinutes,
        progress,
        writer: fileWriters[format]({ deviceId, name: device.name, decoder: DECODER_VERSION }, progress),
        toPosition: toSelected,
        isFull,
        maxScanned: bounds.maxRows,
        pieceLength: bounds.pieceLength,
      })
    }

    if (streamsFiles) {
      const writeAll = async (): Promise<void> => {
        let cursor = begun
        do cursor = await writePart(cursor, () => false)
        while (cursor !== null)
        encoder.end()
      }
      const written = writeAll()
      written.catch((error: unknown) => {
        const isGone = error instanceof ReaderGone
        if (!isGone) log.error('an export ended early', { requestId: c.get('requestId'), error })
        // Sent data cannot be taken back: the connection is broken, so that no one mistakes it for the whole file.
        encoder.destroy(isGone ? undefined : (error as Error))
      })
      // A failure before any output is answered as usual.
      await Promise.race([written, once(encoder, 'readable')])
      return c.body(Readable.toWeb(encoder) as ReadableStream, 200, { ...headers, ...streamed })
    }

    const collected = collect(encoder)
    const end = bounds.now() + bounds.maxMs
    const next = await writePart(begun, () => collected.bytes() >= bounds.maxBytes || bounds.now() >= end)
    encoder.end()
    const body = await collected.whole()
    nextLink(c, next && encodeCursor(scope, next))
    return c.body(body, 200, headers)
  })
}

function requireMonth(from: number, to: number): void {
  requireRange({ from, to })
  if (to - from <= MAX_DAYS * DAY_MS) return
  const detail = `expected a range of at most ${MAX_DAYS} days`
  throw new Problem('invalid-request', `to: ${detail}`, {
    extras: { errors: [{ in: 'query', name: 'to', detail }] },
  })
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Collects the output of an encoder while it is written. */
function collect(encoder: Transform) {
  const pieces: Buffer[] = []
  let bytes = 0
  encoder.on('data', (piece: Buffer) => {
    pieces.push(piece)
    bytes += piece.length
  })
  const ended = new Promise<void>((resolve, reject) => {
    encoder.once('end', resolve)
    encoder.once('error', reject)
  })
  // The writer gets the error too; without this handler it would be unhandled.
  ended.catch(() => {})
  return {
    bytes: () => bytes,
    whole: async (): Promise<Uint8Array<ArrayBuffer>> => {
      await ended
      return new Uint8Array(Buffer.concat(pieces, bytes))
    },
  }
}
