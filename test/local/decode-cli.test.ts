import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { readHex } from '../../cdk/local/hex-notation.ts'

/** Runs the command with lines on stdin, as a person would. */
async function decode(lines: readonly string[], ...args: string[]) {
  const child = spawn(process.execPath, ['cdk/local/decode.ts', ...args])
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  child.stdin.end(lines.map((line) => `${line}\n`).join(''))
  const code = await new Promise((resolve) => child.on('close', resolve))
  const answers = out.trim().split('\n').filter(Boolean)
  return { code, err, arrays: answers.map((line) => JSON.parse(line) as Record<string, unknown>[]) }
}

const V1 = '*HQ,9170000000,V1,162604,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF,214,03,13140,5085#'
const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex')

const pairs = hex(V1).match(/../g)!
const join = (separator: string, prefix = ''): string =>
  pairs.map((pair) => `${prefix}${pair}`).join(separator)
const notations: readonly [string, string][] = [
  ['a number', `0x${hex(V1)}`],
  ['a number in upper case', `0X${hex(V1).toUpperCase()}`],
  ['a list of bytes', join(' ')],
  ['Wireshark', join(':')],
  ['Wireshark and .NET, with dashes', join('-')],
  ['commas', join(',')],
  ['commas and blanks', `${join(', ')},`],
  ['numbers', join(' ', '0x')],
  ['escapes', join('', '\\x')],
  ['a string of C', `"${join('', '\\x')}"`],
  ['bytes of Python', `b'${join('', '\\x')}'`],
  ['an array of C', `static const unsigned char frame[] = { ${join(', ', '0x')} };`],
  ['an array of JSON', `["${join('", "', '0x')}"]`],
]

describe('npm run decode', () => {
  it('prints the meaning of a pasted line', async () => {
    const { arrays, code } = await decode([V1], '--text')
    expect(code).toBe(0)
    expect(arrays).toHaveLength(1)
    expect(arrays[0]![0]).toMatchObject({
      id: '9170000000',
      type: 'V1',
      maker: 'HQ',
      fixTime: '2023-05-25T16:26:04Z',
      valid: true,
      latitude: 42.353503,
      longitude: -7.876602,
      speedKnots: 24.05,
      course: 133,
      status: 'FFFFBBFF',
      statusClear: [10, 14],
      hex: hex(V1),
    })
  })

  it('reads each line as a connection and its blanks as the gaps between chunks', async () => {
    const bytes = hex(V1)
    const { arrays } = await decode([
      `${bytes.slice(0, 20)} ${bytes.slice(20)}`,
      bytes.slice(20),
      bytes + bytes,
    ])
    expect(arrays.map((frames) => frames.length)).toEqual([1, 0, 2])
  })

  it('keeps line feeds of an SMS reply', async () => {
    const { arrays } = await decode(['*HQ,9170000000,SMS,SET OK\\nUT:30,300,300#'], '--text')
    expect(arrays[0]![0]).toMatchObject({ type: 'SMS', result: 'SET OK\nUT:30,300,300' })
  })

  it('prints a reason for a line that it cannot decode', async () => {
    const { arrays } = await decode(['*HQ,9170000000,NOPE,1,2#'], '--text')
    expect(arrays[0]![0]).toMatchObject({ type: 'NOPE', reason: 'unknown-type' })
  })

  it('recognizes hex and text by itself, line by line', async () => {
    const { arrays, code } = await decode([V1, hex(V1), ` ${hex(V1)} `, ''])
    expect(code).toBe(0)
    expect(arrays.map((frames) => frames.map(({ type }) => type))).toEqual([['V1'], ['V1'], ['V1'], []])
  })

  it.each(notations)('recognizes hex in the notation of %s', async (_, line) => {
    for (const flags of [[], ['--hex']]) {
      const { arrays, code } = await decode([line], ...flags)
      expect([code, arrays[0]?.[0]]).toMatchObject([0, { type: 'V1', hex: hex(V1) }])
    }
  })

  it.each([
    V1,
    '*HQ,9170000000,NBR,1-2:3#',
    '\\x2aHQ,9170000000,XT,1,100#',
    '8040000 203.0.113.10 5013',
    '0,1,2',
    'face it',
  ])('recognizes text: %s', async (line) => {
    const [byItself, asText] = [await decode([line]), await decode([line], '--text')]
    expect(byItself).toEqual(asText)
  })

  it.each([
    ['in one piece', `2026-11-30T10:00:01Z 203.0.113.7:40123 -> ${hex(V1)}`],
    ['after digits only', `2026-11-30 10:24:01 ${hex(V1)}`],
    [
      'in upper case, with a length',
      `[2026-11-30 10:00:01.123] rx len 24 ${hex(V1).toUpperCase()} (98 bytes)`,
    ],
    [
      'in JSON',
      `{"at":"2026-11-30T10:00:01Z","id":"24aabbcc-2441-4106-8241-2a4851000000","hex":"${hex(V1)}"}`,
    ],
    ['behind a name', `INFO from=203.0.113.24:4012 payload=0x${hex(V1)} done`],
    ['as a list of bytes', `10:00:01 recv ${join(' ')} ok`],
    ['as in Wireshark', `10:00:01 recv: ${join(':')}, ok`],
    ['as numbers', `10:00:01 recv [${join(', ', '0x')}] ok`],
    ['in chunks', `10:00:01 recv ${hex(V1).slice(0, 20)} ${hex(V1).slice(20)} added`],
  ])('finds a frame in a line of a log: %s', async (_, line) => {
    const { arrays, code, err } = await decode([line])
    expect({ code, err, frames: arrays[0] }).toMatchObject({
      code: 0,
      err: '',
      frames: [{ type: 'V1', hex: hex(V1) }],
    })
  })

  it('finds binary records in a line of a log', async () => {
    const record =
      '2441060008262153213108150441939006074041830600 0000fffffbfdff0015060000002c02dc0c000000001f'
    const { arrays } = await decode([`2026-11-30T10:00:01Z 203.0.113.7:40123 -> ${record}`, record])
    expect(arrays[0]).toHaveLength(1)
    expect(arrays[0]).toEqual(arrays[1])
  })

  it('reads a line of a log with a frame in text as text', async () => {
    const line = `2026-11-30T10:00:01Z 203.0.113.7:40123 24${'41'.repeat(40)} -> ${V1}`
    const [byItself, asText] = [await decode([line]), await decode([line], '--text')]
    expect(byItself.arrays[0]).toMatchObject([{ type: 'V1' }])
    expect(byItself).toEqual(asText)
  })

  it('reads only blanks as gaps between chunks', async () => {
    const chunksOf = (line: string) => readHex(line)?.map((chunk) => Buffer.from(chunk).toString('hex'))
    expect(chunksOf('2a:48 51-2c')).toEqual(['2a48', '512c'])
    expect(chunksOf('{0x2a, 0x48} {0xA}')).toEqual(['2a48', '0a'])
    expect(chunksOf(' ')).toEqual([])
    for (const wrong of ['2a:4', '0x2a4', '2a,,4g', '\\x2', 'x = 2a']) expect(chunksOf(wrong)).toBeUndefined()
  })

  it('reports where half a byte is missing', async () => {
    const { arrays, code, err } = await decode([hex(V1).slice(1)])
    expect([arrays, code]).toEqual([[[]], 1])
    expect(err).toContain('line 1: not hex, or half a byte is missing')
  })

  it('prints a field per line for people', async () => {
    const child = spawn(process.execPath, ['cdk/local/decode.ts', '--pretty'])
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stdin.end(`${V1}\n`)
    await new Promise((resolve) => child.on('close', resolve))
    expect(out).toContain('    "type": "V1",\n')
    expect(JSON.parse(out)).toHaveLength(1)
  })

  it('explains what is wrong with its options', async () => {
    const { code, err } = await decode([], '--hex', '--text')
    expect([code, err]).toEqual([2, expect.stringContaining('do not go together')])
    expect(await decode([], '--json')).toMatchObject({ code: 2 })
  })

  it('reports which line is not hex, and continues', async () => {
    const { arrays, code, err } = await decode([V1, hex(V1)], '--hex')
    expect(code).toBe(1)
    expect(err).toContain('line 1: not hex')
    expect(arrays.map((frames) => frames.length)).toEqual([0, 1])
  })

  it('reports half frames, junk and other protocols on stderr', async () => {
    const { arrays, err } = await decode([V1.slice(0, 30), 'junk' + V1, 'GET / HTTP/1.1\\r\\n'], '--text')
    expect(arrays.map((frames) => frames.length)).toEqual([0, 1, 0])
    expect(err).toContain('line 1: 30 bytes that are not a frame')
    expect(err).toContain('line 2: 4 bytes that are not a frame')
    expect(err).toContain('line 3: looks like HTTP')
  })
})
