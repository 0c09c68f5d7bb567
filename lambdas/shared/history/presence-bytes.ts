import type { Gap, Presence, Visit } from '../domain/places/presence.ts'
import { createByteReader, createByteWriter, type ByteReader, type ByteWriter } from './byte-io.ts'

const FORMAT = 1
/** `pl_` and six bytes in hex (place.ts). */
const ID_BYTES = 6
const ID_PREFIX = 'pl_'

/** Times are whole seconds: those of newer things as distances from the newest fix. Places are indexes of a table of ids. */
export function encodePresence({ newest, inside, gaps }: Presence): Uint8Array {
  const out = createByteWriter()
  const ids = [
    ...new Set([
      ...inside.map(({ placeId }) => placeId),
      ...gaps.flatMap(({ before, after }) => [...before.map(({ placeId }) => placeId), ...after]),
    ]),
  ]
  const indexOf = new Map(ids.map((id, i) => [id, i]))
  const writeIds = (placeIds: readonly string[]) => {
    out.varint(placeIds.length)
    for (const id of placeIds) out.varint(indexOf.get(id)!)
  }
  out.byte(FORMAT)
  out.varint(ids.length)
  for (const id of ids) out.bytes(Buffer.from(id.slice(ID_PREFIX.length), 'hex'))
  out.varint(newest / 1_000)
  writeVisits(out, inside, { indexOf, until: newest })
  out.varint(gaps.length)
  for (const { from, to, before, after, pending, moved, touchedAt } of gaps) {
    out.varint((newest - to) / 1_000)
    out.varint((to - from) / 1_000)
    writeVisits(out, before, { indexOf, until: from })
    writeIds(after)
    writeIds(pending)
    if (pending.length > 0) out.varint(touchedAt / 1_000)
    out.varint(moved.length)
    for (const { placeId, at } of moved) {
      out.varint(indexOf.get(placeId)!)
      out.varint((from - at) / 1_000)
    }
  }
  return out.finish()
}

function writeVisits(
  out: ByteWriter,
  visits: readonly Visit[],
  { indexOf, until }: { readonly indexOf: ReadonlyMap<string, number>; readonly until: number },
): void {
  out.varint(visits.length)
  for (const { placeId, since, stayed } of visits) {
    out.varint(indexOf.get(placeId)!)
    out.varint(((until - since) / 1_000) * 2 + Number(stayed))
  }
}

/** Throws on another format or damaged bytes: stored bytes are our own. */
export function decodePresence(bytes: Uint8Array): Presence {
  const reader = createByteReader(bytes)
  const format = reader.byte()
  if (format !== FORMAT)
    throw new Error(`places in a state have format ${format}; this reader knows ${FORMAT}`)
  const ids = times(reader, () => ID_PREFIX + Buffer.from(reader.bytes(ID_BYTES)).toString('hex'))
  const readId = () => ids[reader.varint()]!
  const newest = reader.varint() * 1_000
  const readVisits = (until: number): Visit[] =>
    times(reader, () => {
      const placeId = readId()
      const rest = reader.varint()
      return { placeId, since: until - Math.floor(rest / 2) * 1_000, stayed: rest % 2 === 1 }
    })
  const inside = readVisits(newest)
  const gaps = times(reader, (): Gap => {
    const to = newest - reader.varint() * 1_000
    const from = to - reader.varint() * 1_000
    const before = readVisits(from)
    const after = times(reader, readId)
    const pending = times(reader, readId)
    const touchedAt = pending.length > 0 ? reader.varint() * 1_000 : 0
    const moved = times(reader, () => ({ placeId: readId(), at: from - reader.varint() * 1_000 }))
    return { from, to, before, after, pending, moved, touchedAt }
  })
  return { newest, inside, gaps }
}

const times = <Of>(reader: ByteReader, read: () => Of): Of[] =>
  Array.from({ length: reader.varint() }, () => read())
