import { createInterface } from 'node:readline'
import { createFramer, decode, toVectorKeys, type Frame } from '#h02'
import { framesIn } from '../frames-in.ts'
import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'
import { findHexRuns, isMeantAsHex, readHex, withoutLogTime } from './hex-notation.ts'

const HELP = `npm run -s decode [-- options]     decodes the bytes of a tracker

Reads lines from stdin. Each line is one connection, as hex or as text:
  hex    in chunks separated by blanks as they arrived:  2a48512c 3931373030…
         also 0x2a48…, 2a:48:51, 2a-48-51, \\x2a\\x48, and arrays:  {0x2a, 0x48}
         within other text, as in a log:  10:00:01 203.0.113.7 -> 2a48512c…
  text   as it is:  *HQ,9170000000,V1,…#   (\\n, \\r and \\xHH stand for those bytes)

  --hex       all lines are hex
  --text      all lines are text
  --pretty    one field a line, for people
  --help

Prints one JSON array of decoded frames per line; a frame that cannot be decoded has a "reason". Bytes that belong to no
frame are reported on stderr. Exit code 1 if a line of hex contains something else.`

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '\0' }
/** A frame in text: its fields may look like a binary record in hex. */
const textFrame = /(?:\*|\\x2a)[a-z]{2}[\d,]/i

const { hex: isHex, text: isText, pretty, help } = readFlags()
if (help) {
  print(HELP)
  process.exit(0)
}
// When the reader of our output ends (head, less), exit quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

let number = 0
for await (const line of createInterface({ input: process.stdin })) {
  number++
  const chunks = readLine(line)
  if (chunks === null) {
    printError(`line ${number}: not hex, or half a byte is missing; use --text for text`)
    process.exitCode = 1
  }
  const frames = chunks === null ? [] : decodeConnection(chunks, number)
  print(JSON.stringify(frames, null, pretty ? 2 : 0))
}

function readFlags() {
  const flag = { type: 'boolean', default: false } as const
  const { values } = readArgs(HELP, { options: { hex: flag, text: flag, pretty: flag, help: flag } })
  if (!(values.hex && values.text)) return values
  printError(`--hex and --text do not go together\n\n${HELP}`)
  process.exit(2)
}

/** Null if the line should be hex, but is not. Text frames begin with a star, or have letters beyond F. */
function readLine(line: string): Uint8Array[] | null {
  if (isText) return [fromText(line)]
  const chunks = readHex(isHex ? line : withoutLogTime(line))
  if (chunks !== null || isHex || isMeantAsHex(line)) return chunks
  return (textFrame.test(line) ? null : findFrames(line)) ?? [fromText(line)]
}

/** The run of hex with the most bytes in frames that can be decoded, then in any frames; null: no run has a frame. */
function findFrames(line: string): Uint8Array[] | null {
  const ranked = findHexRuns(line)
    .map((chunks) => {
      const frames = framesIn(chunks).filter(({ kind }) => kind !== 'rest')
      return { chunks, read: sizeOf(frames.filter((frame) => decode(frame).ok)), size: sizeOf(frames) }
    })
    .toSorted((a, b) => b.read - a.read || b.size - a.size)
  return ranked[0] === undefined || ranked[0].size === 0 ? null : ranked[0].chunks
}

function sizeOf(frames: readonly Frame[]): number {
  return frames.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

function fromText(line: string): Uint8Array {
  const text = line.replace(/\\(?:x([0-9a-f]{2})|([nrt0]))/gi, (_, hex?: string, letter?: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : escapes[letter!.toLowerCase()]!,
  )
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

function decodeConnection(chunks: readonly Uint8Array[], line: number): Record<string, unknown>[] {
  const framer = createFramer()
  const frames = framesIn(chunks, framer)
  for (const { kind, bytes, length } of frames) {
    if (kind === 'rest') printError(`line ${line}: ${length} bytes that are not a frame: ${show(bytes)}`)
  }
  if (framer.foreign) printError(`line ${line}: looks like ${framer.foreign.name}: ${framer.foreign.hint}`)
  return frames.filter(({ kind }) => kind !== 'rest').map((frame) => toVectorKeys(frame, decode(frame)))
}

function show(bytes: Uint8Array): string {
  return bytes[0] === 0x2a
    ? JSON.stringify(Buffer.from(bytes).toString('latin1'))
    : Buffer.from(bytes).toString('hex')
}
