import { describe, expect, it } from 'vitest'
import { createFramer, decode, frameOf, toVectorKeys, type Frame } from '#h02'
import { bytesOf, frameVectors, publicStreams, streamVectors, type Vector } from './vectors.ts'

/** A datagram or a log line may lack its `#` or carry line ends: then the bytes themselves are the frame. */
function frameIn(vector: Vector): Frame {
  const bytes = bytesOf(vector)
  const framer = createFramer()
  const frame = [...framer.push(bytes), ...framer.idle()].find(({ kind }) => kind !== 'rest')
  return frame ?? frameOf(bytes)
}

const describeFrame = (frame: Frame): Record<string, unknown> => toVectorKeys(frame, decode(frame))

/** Every key that the vector names, as we see it; a note is for people. */
const sameKeys = (expected: Readonly<Record<string, unknown>>, found: Record<string, unknown>) =>
  Object.fromEntries(Object.keys(expected).map((key) => [key, key === 'note' ? expected[key] : found[key]]))

const up = frameVectors.filter(({ direction }) => direction !== 'down')

describe('frame vectors', () => {
  it.each(up.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const found = describeFrame(frameIn(vector))
    expect(sameKeys(vector.expect, found)).toEqual(vector.expect)
  })
})

describe('frames of stream vectors', () => {
  it.each(streamVectors.map((vector) => [vector.name, vector] as const))('%s', (_, { expect: wanted }) => {
    for (const frame of wanted.frames ?? []) {
      const found = describeFrame(frameOf(new Uint8Array(Buffer.from(frame.hex, 'hex'))))
      expect(sameKeys(frame, found)).toEqual(frame)
    }
  })
})

describe('streams of public documents', () => {
  it.each(publicStreams.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const found = createFramer().push(bytesOf(vector)).map(describeFrame)
    const wanted = vector.expect.frames ?? []
    expect(found.map((frame, i) => sameKeys(wanted[i] ?? {}, frame))).toEqual(wanted)
  })
})
