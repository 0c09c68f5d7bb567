import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFramer } from '#h02'
import { bytesOf, frameVectors, inPieces, streamVectors, toHex } from './vectors.ts'

/** All frames of a connection that brings these pieces, falls silent and closes. */
function frame(pieces: readonly Uint8Array[]) {
  const framer = createFramer()
  const all = pieces.flatMap((piece) => framer.push(piece))
  all.push(...framer.idle())
  const bytesLeft = framer.bufferedBytes
  all.push(...framer.end())
  const frames = all.filter(({ kind }) => kind !== 'rest')
  return { frames: frames.map(({ bytes }) => toHex(bytes)), all, bytesLeft, framer }
}

const ways = (bytes: Uint8Array): [string, Uint8Array[]][] => [
  ['whole', [bytes]],
  ['in 7-byte pieces', inPieces(bytes, 7)],
  ['byte by byte', inPieces(bytes, 1)],
]

const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

describe.each(streamVectors.map((vector) => [vector.name, vector] as const))('stream %s', (_, vector) => {
  const all = ways(bytesOf(vector))
  if (vector.chunks_hex) {
    all.push(['as it arrived', vector.chunks_hex.map((hex) => new Uint8Array(Buffer.from(hex, 'hex')))])
  }
  it.each(all)('is split into its frames %s', (_way, pieces) => {
    const { frames, bytesLeft } = frame(pieces)
    expect(frames).toEqual((vector.expect.frames ?? []).map(({ hex }) => hex))
    if (vector.expect.bytesLeft !== undefined) expect(bytesLeft).toBe(vector.expect.bytesLeft)
  })
})

/** Real frames as the framer delivers them: other tests cover padding and datagrams without `#`. */
const realFrames = frameVectors
  .filter(({ direction }) => direction !== 'down')
  .map((vector) => ({ name: vector.name, bytes: bytesOf(vector) }))
  .filter(({ bytes }) => frame([bytes]).frames[0] === toHex(bytes))

describe('frame vectors', () => {
  it('are nearly all whole frames of a stream', () => {
    expect(realFrames.length).toBeGreaterThanOrEqual(188)
  })

  it.each(realFrames)('are found however they are split: $name', ({ bytes }) => {
    for (const [, pieces] of ways(bytes)) expect(frame(pieces).frames).toEqual([toHex(bytes)])
  })

  it('are found next to any other frame', () => {
    for (const [i, { bytes }] of realFrames.entries()) {
      for (const step of [1, 7, 60]) {
        const neighbour = realFrames[(i + step) % realFrames.length]!.bytes
        expect(frame([concat([bytes, neighbour])]).frames).toEqual([toHex(bytes), toHex(neighbour)])
      }
    }
  })

  it('are found after junk with false starts', () => {
    const junk = Buffer.from('9,*,X$\r\n~$$*H*HQ;#,T0.0#', 'latin1')
    for (const { bytes } of realFrames) expect(frame([concat([junk, bytes])]).frames).toEqual([toHex(bytes)])
  })
})

const anyFrame = fc.constantFrom(...realFrames.map(({ bytes }) => bytes))
/** Cuts at random lengths, mostly small. */
const cutBy = (bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] => {
  const pieces: Uint8Array[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    pieces.push(bytes.slice(at, at + size))
    at += size
  }
  return pieces
}
const sizes = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 40 })

describe('any stream', () => {
  it('of ten real frames is divided exactly, however it is split', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { minLength: 10, maxLength: 10 }), sizes, (frames, cuts) => {
        expect(frame(cutBy(concat(frames), cuts)).frames).toEqual(frames.map(toHex))
      }),
      { numRuns: 2_000 },
    )
  })

  it('with 1 to 20 bytes of noise after every frame loses none', () => {
    // `$` and two bytes before a `$` record make one with an id of 8 bytes, as valid as the record itself: no rule can
    // distinguish. One frame of noise in 60,000 ends so; fast-check's favourite bytes do far more often.
    const noise = fc.uint8Array({ minLength: 1, maxLength: 20 }).filter((bytes) => bytes.at(-3) !== 0x24)
    const noisy = fc.tuple(anyFrame, noise)
    fc.assert(
      fc.property(fc.array(noisy, { minLength: 10, maxLength: 10 }), sizes, (parts, cuts) => {
        const { frames } = frame(cutBy(concat(parts.flat()), cuts))
        // Noise behind a `$` record cannot be distinguished from its tail: it stays with it.
        for (const [bytes] of parts) {
          const hex = toHex(bytes)
          expect(frames.some((found) => (bytes[0] === 0x24 ? found.startsWith(hex) : found === hex))).toBe(
            true,
          )
        }
      }),
      { numRuns: 400 },
    )
  })

  it('yields the same frames however it is split, whatever its bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc
        .array(
          fc.oneof(
            anyFrame,
            fc.uint8Array({ maxLength: 40 }),
            anyFrame.map((f) => f.slice(0, 25)),
          ),
          { maxLength: 12 },
        )
        .map(concat),
    )
    fc.assert(
      fc.property(bytes, sizes, (stream, cuts) => {
        expect(frame(cutBy(stream, cuts)).frames).toEqual(frame([stream]).frames)
      }),
      { numRuns: 1_000 },
    )
  })

  it('needs limited memory, and every byte is in a frame, skipped or buffered', () => {
    const starts = fc
      .constantFrom('*HQ,', '*HQ,1', '$', 'X', '*', '#', '\r\n')
      .map((text) => Buffer.from(text))
    const stream = fc
      .array(fc.oneof(starts, fc.uint8Array({ maxLength: 50 }), anyFrame), { maxLength: 200 })
      .map(concat)
    fc.assert(
      fc.property(stream, sizes, (bytes, cuts) => {
        const framer = createFramer({ maxTextLength: 300 })
        let framed = 0
        let padding = 0
        for (const piece of cutBy(bytes, cuts)) {
          for (const found of framer.push(piece)) if (found.kind !== 'rest') framed += found.bytes.length
          expect(framer.bufferedBytes).toBeLessThanOrEqual(300 + 80)
        }
        for (const found of framer.end()) if (found.kind !== 'rest') framed += found.bytes.length
        for (const byte of bytes) if ([0, 10, 13, 32].includes(byte)) padding++
        const lost = bytes.length - framed - framer.skippedBytes
        expect(lost).toBeGreaterThanOrEqual(0)
        expect(lost).toBeLessThanOrEqual(padding)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the framer', () => {
  const record45 = Buffer.from(
    '2441091611600815192803163336572006073015290c000000fffffbfdff00150000000000019a030000000009',
    'hex',
  )

  it('keeps a $ record until the next start, a silence or the close', () => {
    const framer = createFramer()
    expect(framer.push(record45)).toEqual([])
    expect(framer.silenceMs).toBe(50)
    expect(framer.idle().map(({ bytes }) => toHex(bytes))).toEqual([toHex(record45)])
    expect(framer.silenceMs).toBe(0)
  })

  it('keeps half a text over a silence', () => {
    const framer = createFramer()
    framer.push(Buffer.from('*HQ,9170000000,V1,1626'))
    expect(framer.silenceMs).toBe(0)
    expect(framer.idle()).toEqual([])
    expect(framer.push(Buffer.from('04#'))).toHaveLength(1)
  })

  it('cuts a record before the first bytes of the next one when a silence falls between them', () => {
    const framer = createFramer()
    framer.push(concat([record45, record45.subarray(0, 8)]))
    expect(framer.idle().map(({ bytes }) => bytes.length)).toEqual([45])
    expect(framer.push(record45.subarray(8))).toEqual([])
    expect(framer.idle().map(({ bytes }) => bytes.length)).toEqual([45])
  })

  it('treats bytes of a known or the previous length as one record, whatever its cells contain', () => {
    // Byte 46 is the `$` of cell 0x2456, and 46 bytes are a known length.
    const record54 = Buffer.from(
      '2491700002180700002911264603044706014302490e016241ffffbfffff000000012528245625850d245625870b2456258909080000',
      'hex',
    )
    // The first of a connection has none before it.
    const first = createFramer()
    expect(first.push(record54)).toEqual([])
    expect(first.idle().map(({ bytes }) => bytes.length)).toEqual([54])

    const record53 = record54.subarray(0, 53)
    for (const [record, ends] of [
      [record54, [54]],
      [concat([record53, Buffer.from('\n')]), [54]],
    ] as const) {
      const framer = createFramer()
      framer.push(concat([record54, record54, Buffer.from('*HQ,9170000218,NOR,072305#')]))
      framer.push(record)
      expect(framer.idle().map(({ bytes }) => bytes.length)).toEqual(ends)
    }
  })

  it('does not begin the next record within the last bytes of one', () => {
    // `24 53 00` of the cell and its counter, and the short id behind it, together read as a long id.
    const first = '2491700044290741122911264602521606014277600c049303ffffffffff0015000000026601252806ab245300'
    const second = '2491700044290741132911264602521606014277600c049303ffffffffff0001'
    const hexes = [first, second, first, second]
    for (const size of [1, 7, 50, 1_000]) {
      const framer = createFramer()
      const bytes = Buffer.from(hexes.join(''), 'hex')
      const frames = inPieces(bytes, size).flatMap((piece) => framer.push(piece))
      frames.push(...framer.idle())
      expect(frames.map(({ bytes }) => toHex(bytes))).toEqual(hexes)
    }
  })

  it('does not include a line end after a record', () => {
    const framer = createFramer()
    framer.push(concat([record45, Buffer.from('\r\n')]))
    const [first] = framer.idle()
    expect([45, 47]).toContain(first?.bytes.length)
    expect(frame([concat([record45, Buffer.from('\r\n'), record45])]).frames).toEqual([
      toHex(record45),
      toHex(record45),
    ])
  })

  it('returns an unfinished frame at the close as a rest', () => {
    const framer = createFramer()
    framer.push(Buffer.from('*HQ,9170000000,V1,16'))
    expect(framer.end().map(({ kind, bytes }) => [kind, Buffer.from(bytes).toString()])).toEqual([
      ['rest', '*HQ,9170000000,V1,16'],
    ])
  })

  it('drops a text that never ends, and finds the frame after it', () => {
    const framer = createFramer({ maxTextLength: 200 })
    const frames = framer.push(Buffer.from(`*HQ,1,SMS,${'a'.repeat(250)}\n*HQ,9170000000,XT#`))
    expect(frames.map(({ kind, bytes, length }) => [kind, length, Buffer.from(bytes).toString()])).toEqual([
      ['rest', 261, `*HQ,1,SMS,${'a'.repeat(250)}\n`],
      ['text', undefined, '*HQ,9170000000,XT#'],
    ])
    expect(createFramer({ maxTextLength: 200 }).tooLong).toBe(0)
    const endless = createFramer({ maxTextLength: 200 })
    endless.push(Buffer.from(`*HQ,1,SMS,${'a'.repeat(400)}`))
    expect(endless.tooLong).toBe(1)
  })

  it('ends half a text at the start of a $ record', () => {
    const half = Buffer.from('*HQ,9170000000,V1,162604,A,42')
    const records = [record45, record45, record45]
    for (const [, pieces] of ways(concat([half, ...records]))) {
      expect(frame(pieces).all.map(({ kind, bytes }) => [kind, toHex(bytes)])).toEqual([
        ['rest', toHex(half)],
        ...records.map((record) => ['binary', toHex(record)]),
      ])
    }
  })

  it.each(['cost 5$#', 'a $ b#', '$#', '$$#', '$1234567890#', `${'$'.repeat(30)}#`])(
    'keeps a text that contains a dollar sign whole: %s',
    (text) => {
      const bytes = new Uint8Array(Buffer.from(`*HQ,9170000000,SMS,${text}`))
      for (const [, pieces] of ways(bytes)) expect(frame(pieces).frames).toEqual([toHex(bytes)])
      const next = new Uint8Array(Buffer.from('*HQ,9170000000,XT#'))
      for (const [, pieces] of ways(concat([bytes, next]))) {
        expect(frame(pieces).frames).toEqual([toHex(bytes), toHex(next)])
      }
    },
  )

  it('waits 2 s for the second segment of a record once a longer one was seen', () => {
    const framer = createFramer()
    framer.push(record45)
    expect(framer.idle(50)).toHaveLength(1)
    framer.push(record45.subarray(0, 36))
    expect([framer.silenceMs, framer.idle(50), framer.idle(1_999)]).toEqual([2_000, [], []])
    expect(framer.push(record45.subarray(36))).toEqual([])
    expect(framer.silenceMs).toBe(50)
    expect(framer.idle(50).map(({ bytes }) => toHex(bytes))).toEqual([toHex(record45)])
    framer.push(record45.subarray(0, 32))
    expect(framer.idle(2_000).map(({ bytes }) => bytes.length)).toEqual([32])
  })

  it('returns bytes that are not a frame as a rest, in order, however they arrive', () => {
    const sms = new Uint8Array(
      Buffer.from('*HQ,9170000000,SMS,C10#:1:139,2:#,3:#\r\n*HQ,9170000000,XT#SET OK'),
    )
    for (const [, pieces] of ways(sms)) {
      expect(frame(pieces).all.map(({ kind, bytes }) => [kind, Buffer.from(bytes).toString()])).toEqual([
        ['text', '*HQ,9170000000,SMS,C10#'],
        ['rest', ':1:139,2:#,3:#\r\n'],
        ['text', '*HQ,9170000000,XT#'],
        ['rest', 'SET OK'],
      ])
    }
  })

  it('returns a rest after a silence, with 512 bytes of it at most, and no padding', () => {
    const framer = createFramer()
    expect(framer.push(Buffer.from(`\r\n \0${'x'.repeat(2_000)}`))).toEqual([])
    const [rest] = framer.idle(framer.silenceMs)
    expect([rest?.kind, rest?.bytes.length, rest?.length]).toEqual(['rest', 512, 2_000])
    framer.push(Buffer.from('\r\n \0'))
    expect([framer.silenceMs, framer.end()]).toEqual([0, []])
  })

  it('treats a text of 6,000 bytes as a rest and not as another protocol', () => {
    const bytes = new Uint8Array(Buffer.from(`*HQ,9170000000,SMS,${'a'.repeat(6_000)}#*HQ,9170000000,XT#`))
    for (const [, pieces] of ways(bytes)) {
      const { all, framer } = frame(pieces)
      expect(all.map(({ kind, length }) => [kind, length])).toEqual([
        ['rest', 6_020],
        ['text', undefined],
      ])
      expect(framer.foreign).toBeNull()
    }
  })

  it('accounts for every byte of any stream: frames, rests and padding', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(...realFrames.map(({ bytes }) => bytes)),
        fc.uint8Array({ maxLength: 40 }),
        fc
          .constantFrom('*HQ,917', '$', 'SET OK', '#', '\r\n')
          .map((text) => Uint8Array.from(Buffer.from(text))),
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(pieces, (parts) => {
        const { all, framer } = frame(parts)
        const sent = parts.reduce((sum, part) => sum + part.length, 0)
        const rests = all.reduce((sum, { kind, length }) => sum + (kind === 'rest' ? length! : 0), 0)
        const framed = all.reduce((sum, { kind, bytes }) => sum + (kind === 'rest' ? 0 : bytes.length), 0)
        expect(rests).toBe(framer.skippedBytes)
        expect(rests + framed).toBeLessThanOrEqual(sent)
        const padding = concat(parts).filter((byte) => [0, 10, 13, 32].includes(byte)).length
        expect(rests + framed).toBeGreaterThanOrEqual(sent - padding)
      }),
      { numRuns: 500 },
    )
  })

  it('delivers frames that later bytes do not change', () => {
    const framer = createFramer()
    const text = '*HQ,9170000000,XT#'
    const frames = [...framer.push(Buffer.from(`*HQ,1`)), ...framer.push(Buffer.from(`,XT#${text}*HQ`))]
    for (let i = 0; i < 50; i++) framer.push(Buffer.from(`,${i},XT#*HQ`))
    expect(frames.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['*HQ,1,XT#', text])
  })
})

describe('another protocol', () => {
  it.each([
    ['HTTP', 'GET / HTTP/1.1\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00'],
    ['GT06', '\x78\x78\x0d\x01\x03\x53'],
    ['JT808', '\x7e\x01\x00\x00\x21'],
    ['$$', '$$A123,8612345'],
    ['GPS103', '##,imei:359586015829802,A'],
    ['TK103', '(087073819397BP00'],
    ['watch', '[3G*4700609403*0002*LK]'],
    ['SSH', 'SSH-2.0-OpenSSH'],
    ['Teltonika', '\x00\x0f356307042441013'],
    ['Queclink', '+RESP:GTFRI,060100,135790246811220'],
  ])('is recognized by its first bytes, also byte by byte: %s', (name, text) => {
    for (const [, pieces] of ways(new Uint8Array(Buffer.from(text, 'latin1')))) {
      expect(frame(pieces).framer.foreign?.name).toBe(name)
    }
  })

  it('is suspected after 2 kB of garbage in a row', () => {
    expect(frame([new Uint8Array(2_100).fill(0x61)]).framer.foreign?.name).toBe('unknown')
  })

  it('is not detected in any H02 frame, whatever surrounds it', () => {
    for (const { bytes } of realFrames) expect(frame([bytes]).framer.foreign).toBeNull()
    expect(frame([Buffer.from('~*HQ,9170000000,XT#$~')]).framer.foreign).toBeNull()
  })
})
