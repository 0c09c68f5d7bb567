import type { Frame, Peek } from './message.ts'
import { bcdText } from './binary-number.ts'
import { readCardReaderId, readIdField, type IdField } from './device-id.ts'
import { idBytesOf, LONG_ID_BYTES } from './header.ts'
import { isDigit, latin1 } from './latin1.ts'
import { COMMA, HASH } from './ascii.ts'

const SHORT_ID_DIGITS = 10
const LONG_ID_DIGITS = 15

const noText: Peek = Object.freeze({ maker: null, id: null, hasMalformedId: false, type: null })

/** Maker, id and type of a frame without decoding it: what a gateway needs to find the device and the ack. */
export const peek = ({ kind, bytes }: Frame): Peek => {
  switch (kind) {
    case 'text':
      return peekText(bytes)
    case 'binary': {
      const id = recordIdOf(bytes)
      return { maker: null, id, hasMalformedId: id === null, type: '$' }
    }
    case 'mileage':
      return { maker: null, id: null, hasMalformedId: false, type: 'X' }
    case 'rest':
      return noText
  }
}

const peekText = (bytes: Uint8Array): Peek => {
  const maker = latin1(bytes, 1, 3)
  const isCardReader = isDigit(bytes[3] ?? 0)
  const idFrom = isCardReader ? 3 : 4
  const idEnd = endOfField(bytes, idFrom)
  if (isCardReader) return withId(readCardReaderId(bytes, idFrom, idEnd), maker, 'transparent')
  const typeEnd = endOfField(bytes, idEnd + 1)
  const type = idEnd < bytes.length ? latin1(bytes, idEnd + 1, typeEnd).trim() : ''
  return withId(readIdField(bytes, idFrom, idEnd), maker, type === '' ? null : type)
}

const withId = (field: IdField, maker: string, type: string | null): Peek => ({
  maker,
  id: field.kind === 'id' ? field.id : null,
  hasMalformedId: field.kind === 'malformed',
  type,
})

const endOfField = (bytes: Uint8Array, from: number): number => {
  let i = from
  while (i < bytes.length && bytes[i] !== COMMA && bytes[i] !== HASH) i++
  return Math.min(i, bytes.length)
}

/** The id of a `$` record; null if its header is not valid. */
export const recordIdOf = (bytes: Uint8Array): string | null => {
  const idBytes = idBytesOf(bytes)
  if (idBytes === null) return null
  return bcdText(bytes, 1, idBytes === LONG_ID_BYTES ? LONG_ID_DIGITS : SHORT_ID_DIGITS)
}
