import { decodeLatin1 } from './decode-text.ts'
import { readFacts } from './facts.ts'
import { rawFields } from './match-reply.ts'
import { contentOf } from './reply-content.ts'
import { readReturnCode } from './return-code.ts'
import type { Message, Reply } from '../message.ts'
import type { OpenCommand, ReplyFault, ReplyReading } from './types.ts'

type Result = Pick<ReplyReading, 'ok' | 'reason' | 'opposite'>

const said = (ok: boolean | null, reason: string | null = null): Result => ({ ok, reason, opposite: false })

/** Reads an answer; `message` is one that `matchReply` has accepted. */
export function readReply(open: OpenCommand, message: Message): ReplyReading {
  const text = replyTextOf(message)
  const facts = readFacts(message)
  switch (message.type) {
    case 'SMS':
      return { text, facts, ...readText(open, text) }
    case 'V4':
      return { text, facts, ...(message.reply === null ? said(null) : readV4(open, message.reply)) }
    default:
      // A LINK frame is itself the answer.
      return { text, facts, ...said(message.type === 'LINK' ? true : null) }
  }
}

/** The text of an answer, decoded, without the frame around it. */
function replyTextOf({ type, reply, gsm, satellites, batteryRaw }: Message): string {
  if (reply === null) {
    return type === 'LINK' ? ['LINK', gsm, satellites, batteryRaw].map((value) => value ?? '').join(',') : ''
  }
  if (reply.command === null) return decodeLatin1(reply.result ?? '')
  const words =
    reply.command === 'CMD' && reply.result !== null
      ? [...reply.params.slice(0, 1), reply.result]
      : reply.params
  return decodeLatin1([reply.command, ...words].join(','))
}

function readText({ intent, params }: OpenCommand, text: string): Result {
  const { kind, ok, reason } = contentOf(text)
  // A reading after a request to set the value proves nothing, unless it shows the requested value.
  if (kind === 'mileage' && mileageIntents.has(intent)) {
    const metres = Number(/\bTOTAL MILEAGE\s*:\s*(\d+)/i.exec(text)?.[1])
    return said(metres === Number(params['value'] ?? 0) ? true : null)
  }
  return said(ok, reason)
}

/** Intents that set the mileage: to 0 without a value. */
const mileageIntents: ReadonlySet<string> = new Set(['mileage-reset', 'mileage-set'])

/** The confirmation of most commands repeats their parameters or has none (PROTOCOL.md section 5.2). */
function readV4(open: OpenCommand, { command, params, result }: Reply): Result {
  const word = command?.toUpperCase() ?? ''
  if (params.some((param) => param.trim().toUpperCase() === 'ERROR'))
    return said(false, 'ERROR: not supported or forbidden' satisfies ReplyFault)
  const code = readReturnCode(word, params)
  if (code !== null) return said(code.ok, code.reason)
  const isCut = word === 'S20' ? isCutExpected(open) : null
  const echoed = echoedCut(params)
  // The CJ730 answers a restore with the state in which it stays (vector live-s20-resume; TC#5417).
  if (isCut !== null && echoed !== null && echoed !== isCut) return { ...said(null), opposite: true }
  return word === 'CMD' ? readText(open, decodeLatin1(result ?? '')) : said(true)
}

function isCutExpected(open: OpenCommand): boolean | null {
  if (open.intent === 'engine-cut' || open.intent === 'engine-cut-pulses') return true
  if (open.intent === 'engine-restore') return false
  return echoedCut(rawFields(open).slice(4))
}

/** `1,1`: cut; `1,0` and `0,0`: released; null: no state. */
function echoedCut(params: readonly string[]): boolean | null {
  const digits = params.map((param) => param.trim()).filter((param) => /^\d+$/.test(param))
  if (digits.length < 2) return null
  return digits[0] === '1' && digits[1] !== '0'
}
