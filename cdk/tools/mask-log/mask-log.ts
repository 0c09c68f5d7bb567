import { decode, frameOf, type DecodeResult } from '#h02'
import { maskBytes } from '#h02/catalogue/index.ts'
import { isMcc } from '#h02/cells.ts'
import { recordIdOf } from '#h02/peek.ts'
import { framesIn } from '../../frames-in.ts'
import { chooseOffset, isZeroPosition, moveField, moveRecord, type Offset } from './move.ts'
import { createNumbers } from './numbers.ts'
import { DOCUMENTATION_ADDRESS, maskAround, moveReply } from './text-around.ts'
import { moveSeen, type Work } from './work.ts'

type MaskedLog = {
  readonly text: string
  /** How many devices and coordinates were replaced. */
  readonly ids: number
  readonly places: number
  /** Lengths of binary records whose tail we cannot decode: it is not masked, and may contain cells. */
  readonly unreadTails: readonly number[]
}

const noOffset: Offset = { latitudeMinutes: 0, longitudeMinutes: 0 }

/**
 * Makes a log that can be shown to strangers. Frames keep their form and decode to the same type. Ids and the numbers
 * of SIM cards and cells are replaced, secrets become stars, and all coordinates are moved by one secret offset. Frames
 * may be anywhere in the text, plain or in hex.
 */
export function maskLog(text: string, random: () => number = Math.random): MaskedLog {
  const first = { numbers: createNumbers(), offset: noOffset, latitudes: [], unreadTails: new Set<number>() }
  maskLine(text, first)
  const work: Work = { ...first, latitudes: [], offset: chooseOffset(first.latitudes, random) }
  const masked = maskLine(text, work)
  return {
    text: masked,
    ids: work.numbers.ids(),
    places: work.latitudes.length,
    unreadTails: [...work.unreadTails].sort((a, b) => a - b),
  }
}

/** Bytes in hex, in chunks with blanks between them or in one run: at least as long as the shortest header. */
const hexRun = /\b((?:[0-9a-f]{2} ?){9,}[0-9a-f]{2})\b/gi
const frame = /(\*[A-Za-z]{2}[\d,][^*#\r\n]*#?)/

const maskLine = (text: string, work: Work): string => {
  const pieces: string[] = []
  let from = 0
  for (const match of text.matchAll(hexRun)) {
    const hex = match[0].trimEnd()
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    if (!/^(?:2a|24|58)/i.test(hex) || !holdsFrame(bytes)) continue
    pieces.push(maskPlain(text.slice(from, match.index), work), toHexLike(hex, maskWire(bytes, work)))
    from = match.index + hex.length
  }
  pieces.push(maskPlain(text.slice(from), work))
  return pieces.join('')
}

const holdsFrame = (bytes: Uint8Array): boolean => framesIn([bytes]).some(({ kind }) => kind !== 'rest')

/** Keeps capitals and the blanks between bytes of the original; chunks of other lengths are joined. */
function toHexLike(hex: string, bytes: Uint8Array): string {
  const digits = Buffer.from(bytes).toString('hex')
  const spaced = /^(?:[0-9a-f]{2} )+[0-9a-f]{2}$/i.test(hex) ? digits.replaceAll(/..(?=.)/g, '$& ') : digits
  return /[A-F]/.test(hex) ? spaced.toUpperCase() : spaced
}

/** Masks the bytes of a connection: frames one by one, and the bytes between them. */
function maskWire(bytes: Uint8Array, work: Work): Uint8Array {
  const wire = Buffer.from(bytes)
  const pieces: Uint8Array[] = []
  let from = 0
  for (const { kind, bytes: found } of framesIn([bytes])) {
    if (kind === 'rest') continue
    const at = wire.indexOf(found, from)
    pieces.push(maskBytes(wire.subarray(from, at), 'up'))
    pieces.push(
      kind === 'text'
        ? Buffer.from(maskFrame(Buffer.from(found).toString('latin1'), work), 'latin1')
        : maskRecord(Uint8Array.from(found), work),
    )
    from = at + found.length
  }
  return Buffer.concat([...pieces, maskBytes(wire.subarray(from), 'up')])
}

const headerOf = (id: string | null): number => (id?.length === 15 ? 9 : 6)

/** Masks a binary record: id, coordinates and cells are overwritten. */
function maskRecord(record: Uint8Array, work: Work): Uint8Array {
  const id = record[0] === 0x24 ? recordIdOf(record) : null
  if (id !== null) {
    const digits = work.numbers.id(id)
    // With 15 digits the last half byte is filler, which stays.
    const filler = id.length % 2 === 0 ? '' : Buffer.from(record.subarray(8, 9)).toString('hex')[1]!
    record.set(Buffer.from(digits + filler, 'hex'), 1)
  }
  const before = decode(frameOf(Uint8Array.from(record)))
  const latitude = moveRecord(record, headerOf(id), work.offset)
  if (latitude !== null) work.latitudes.push(latitude)
  if (!before.ok) return record
  if (before.warnings.some((warning) => warning.includes('tail kept raw')))
    work.unreadTails.add(record.length)
  const { details } = before.message
  const cells = before.message.cells.flatMap(({ lac, cid }) => [lac, cid])
  const words = new Set([...cells, details.lac, details.cid].filter((each) => typeof each === 'number'))
  for (let at = headerOf(id) + 23; at + 1 < record.length; at++) {
    const word = record[at]! * 256 + record[at + 1]!
    if (word < 10 || !words.has(word)) continue
    const other = work.numbers.cell(word)
    record.set([other >> 8, other & 0xff], at++)
  }
  return record
}

/** Masks text that contains frames, and the text around them. */
const maskPlain = (text: string, work: Work): string =>
  text
    .split(frame)
    .map((piece, at) => (at % 2 === 1 ? maskFrame(piece, work) : maskAround(piece, work)))
    .join('')

/** Masks one text frame. Secrets are masked last, so that they hide nothing that has its own form. */
function maskFrame(text: string, work: Work): string {
  const moved = moveReply(withOtherId(text, work), work)
  const open = maskNumbers(moved, decode(frameOf(Buffer.from(text, 'latin1'))), work)
  const fields = open.split(',')
  const keptFields = movePlaces(fields, work)
  const hidden = Buffer.from(maskBytes(Buffer.from(fields.join(','), 'latin1'), 'up'))
    .toString('latin1')
    .split(',')
  if (hidden.length !== fields.length) return hidden.join(',')
  return hidden.map((field, at) => (keptFields.has(at) ? fields[at] : field)).join(',')
}

/** `*HQ,<id>,…`, ignoring padding; from card readers `*HQ<3 digits><id>,…`. */
const withOtherId = (text: string, { numbers }: Work): string =>
  text
    .replace(/^(\*[A-Za-z]{2}\d{3})(\d{15})(?=,)/, (_, start: string, id: string) => start + numbers.id(id))
    .replace(
      /^(\*[A-Za-z]{2},[^,#]*?)(\d+)(?=[^,#\d]*(?:[,#]|$))/,
      (_, start: string, id: string) => start + numbers.id(id),
    )

const longNumber = /(?<![\d.])\d{10,}(?![\d.])/g
const ipAddress = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g
const radioAddress = /\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b/gi
const bareRadioAddress = /(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])/gi
/** A date, or none, and a status word: cells follow, in many orders. */
const tailStart = /,(?:\d{6})?,[0-9A-F]{8}(?=,)/gi

/** Replaces SIM cards, cells, radios and servers by others of the same form. The header stays. */
function maskNumbers(text: string, decoded: DecodeResult, { numbers }: Work): string {
  const header = /^\*[A-Za-z]{2}[^,#]*(?:,[^,#]*){0,2}/.exec(text)?.[0] ?? ''
  const cells = decoded.ok ? decoded.message.cells.flatMap(({ lac, cid }) => [lac, cid]) : []
  const radios = decoded.ok ? decoded.message.wifi.map(({ bssid }) => bssid.replaceAll(':', '')) : []
  const ends = [...text.matchAll(tailStart)].map((match) => match.index + match[0].length)
  const tailAt = Math.min(...ends, text.length)
  return (
    header +
    text
      .slice(header.length)
      .replaceAll(radioAddress, numbers.radio)
      .replaceAll(bareRadioAddress, (token) =>
        radios.includes(token.toLowerCase()) ? numbers.radio(token) : token,
      )
      .replaceAll(ipAddress, DOCUMENTATION_ADDRESS)
      .replaceAll(longNumber, numbers.long)
      .replaceAll(/(?<![\w.])[0-9a-f]{1,8}(?![\w.])/gi, (token, at: number) => {
        const [decimal, hex] = [Number(token), Number.parseInt(token, 16)]
        const isCell = cells.includes(decimal) || cells.includes(hex)
        const isInTail = at + header.length > tailAt && token.length >= 4 && !isMcc(hex)
        if (!isCell && !isInTail) return token
        return cells.includes(decimal) || (!cells.includes(hex) && /^\d+$/.test(token))
          ? String(numbers.cell(decimal)).padStart(token.length, '0')
          : cells.includes(hex)
            ? inHex(numbers.cell(hex), token)
            : withLetter(inHex(numbers.cell(hex), token), token)
      })
  )
}

/** The same number of digits, and the same case. */
const inHex = (value: number, like: string): string => {
  const digits = value.toString(16).padStart(like.length, '0').slice(-like.length)
  return /[A-F]/.test(like) ? digits.toUpperCase() : digits
}

/** Puts a letter where `like` has its first one: without any, the decoder could read a cell that was not there. */
const withLetter = (digits: string, like: string): string => {
  const at = like.search(/[a-f]/i)
  return at < 0 || /[a-f]/i.test(digits) ? digits : `${digits.slice(0, at)}${like[at]}${digits.slice(at + 1)}`
}

/** Fields before and after a pair of coordinates that make it a position body: offset from the latitude, and form. */
const bodyForms: readonly (readonly [number, RegExp])[] = [
  [-2, /^\d{6}$/],
  [-1, /^[ABV]$/],
  [4, /^-?\d{0,3}(?:\.\d{0,4})?$/],
  [5, /^-?\d{0,3}(?:\.\d{0,4})?$/],
  [6, /^\d{6}$/],
  [7, /^[0-9A-F]{8}#?$/i],
]

/**
 * Moves the coordinates in the fields of a frame. Returns which fields belong to positions, because these are not
 * secrets.
 */
function movePlaces(fields: string[], work: Work): ReadonlySet<number> {
  const body = new Set<number>()
  for (let at = 2; at + 3 < fields.length; at++) {
    const [latitude = '', north = '', longitude = '', east = ''] = fields.slice(at, at + 4)
    if (!/^[NS]$/.test(north) || !/^[EW]$/.test(east)) continue
    const movedNorth = moveField(latitude, north, 'latitude', work.offset)
    const movedEast = moveField(longitude, east, 'longitude', work.offset)
    if (movedNorth === null || movedEast === null) continue
    if (!isZeroPosition(latitude, longitude)) {
      fields.splice(at, 4, movedNorth.field, movedNorth.letter, movedEast.field, movedEast.letter)
      work.latitudes.push(movedNorth.degrees)
    }
    for (const each of [at, at + 1, at + 2, at + 3]) body.add(each)
    for (const [by, form] of bodyForms) if (form.test(fields[at + by] ?? '-')) body.add(at + by)
  }
  moveDegreesWithLetter(fields, work)
  return body
}

/** `-34.612990S,-58.327482W` and `Lat:N22.577156,Lon:E113.916421`: degrees, with the letter beside them. */
const degreesWithLetter =
  /^(.*?)([NSEW]?)(-?)(\d{1,3}\.(?:\d{3,}|(?<=(?:[Ll]at|LAT|[Ll]ong?|LONG?|[Ll]ng|LNG)(?:itude|ITUDE)?[:= ]*[NSEW]?-?\d{1,3}\.)\d+))([NSEW]?)(#?)$/

function moveDegreesWithLetter(fields: string[], work: Work): void {
  for (const [at, field] of fields.entries()) {
    const match = degreesWithLetter.exec(field)
    if (match === null) continue
    const [, start, before = '', minus = '', value = '', after = '', end] = match
    const letter = before + after
    if (letter.length !== 1) continue
    const axis = /[NS]/.test(letter) ? 'latitude' : 'longitude'
    const signed = `${/[SW]/.test(letter) ? '-' : ''}${value}`
    const moved = moveSeen(signed, axis, work)
    const [positive, negative] = axis === 'latitude' ? 'NS' : 'EW'
    const now = moved.startsWith('-') ? negative : positive
    fields[at] = [start, before && now, minus, moved.replace('-', ''), after && now, end].join('')
  }
}
