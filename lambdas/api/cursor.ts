import { createHash } from 'node:crypto'
import { Problem } from './problem.ts'

/**
 * Cursors are opaque: base64url of a version byte, six bytes of a digest, and JSON. The digest covers the query of the
 * cursor, so that an edited cursor, or one of another list, is refused. The digest is not secret: a cursor grants no
 * access.
 */
const VERSION = 1
const DIGEST_BYTES = 6

const digestOf = (scope: readonly unknown[], json: string): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([VERSION, ...scope]))
    .update(json)
    .digest()
    .subarray(0, DIGEST_BYTES)

export function encodeCursor(scope: readonly unknown[], position: unknown): string {
  const json = JSON.stringify(position)
  return Buffer.concat([Buffer.of(VERSION), digestOf(scope, json), Buffer.from(json)]).toString('base64url')
}

const refuse = (): never => {
  throw new Problem(
    'invalid-cursor',
    'cursor: expected one that this list gave out, with the same parameters beside it (limit and format may change); follow `next` as it is, or begin again without a cursor',
    { extras: { errors: [{ in: 'query', name: 'cursor', detail: 'expected a cursor of this list' }] } },
  )
}

/** Returns the position in a cursor of this list. */
export function decodeCursor(scope: readonly unknown[], cursor: string): unknown {
  const bytes = Buffer.from(cursor, 'base64url')
  // Node ignores characters that are not base64url, so only a cursor that is encoded to the same text is accepted.
  if (bytes.toString('base64url') !== cursor || bytes[0] !== VERSION) return refuse()
  const json = bytes.subarray(1 + DIGEST_BYTES).toString()
  if (!digestOf(scope, json).equals(bytes.subarray(1, 1 + DIGEST_BYTES))) return refuse()
  return JSON.parse(json)
}
