import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'

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

describe('npm run decode', () => {
  it('prints what a pasted line means', async () => {
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

  it('takes each line as a connection and its blanks as the gaps between chunks', async () => {
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

  it('gives a reason for what it cannot decode', async () => {
    const { arrays } = await decode(['*HQ,9170000000,NOPE,1,2#'], '--text')
    expect(arrays[0]![0]).toMatchObject({ type: 'NOPE', reason: 'unknown-type' })
  })

  it('recognizes hex and text by itself, line by line', async () => {
    const { arrays, code } = await decode([V1, hex(V1), ` ${hex(V1)} `, ''])
    expect(code).toBe(0)
    expect(arrays.map((frames) => frames.map(({ type }) => type))).toEqual([['V1'], ['V1'], ['V1'], []])
  })

  it('says where half a byte is missing', async () => {
    const { arrays, code, err } = await decode([hex(V1).slice(1)])
    expect([arrays, code]).toEqual([[[]], 1])
    expect(err).toContain('line 1: not hex, or half a byte is missing')
  })

  it('prints for people: a field a line', async () => {
    const child = spawn(process.execPath, ['cdk/local/decode.ts', '--pretty'])
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stdin.end(`${V1}\n`)
    await new Promise((resolve) => child.on('close', resolve))
    expect(out).toContain('    "type": "V1",\n')
    expect(JSON.parse(out)).toHaveLength(1)
  })

  it('says what goes wrong with its options', async () => {
    const { code, err } = await decode([], '--hex', '--text')
    expect([code, err]).toEqual([2, expect.stringContaining('do not go together')])
    expect(await decode([], '--json')).toMatchObject({ code: 2 })
  })

  it('says which line is no hex, and goes on', async () => {
    const { arrays, code, err } = await decode([V1, hex(V1)], '--hex')
    expect(code).toBe(1)
    expect(err).toContain('line 1: not hex')
    expect(arrays.map((frames) => frames.length)).toEqual([0, 1])
  })

  it('reports half frames, junk and other protocols on stderr', async () => {
    const { arrays, err } = await decode([V1.slice(0, 30), 'junk' + V1, 'GET / HTTP/1.1\\r\\n'], '--text')
    expect(arrays.map((frames) => frames.length)).toEqual([0, 1, 0])
    expect(err).toContain('line 1: 30 bytes that are no frame')
    expect(err).toContain('line 2: 4 bytes that are no frame')
    expect(err).toContain('line 3: looks like HTTP')
  })
})
