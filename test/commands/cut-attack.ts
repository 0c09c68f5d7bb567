import { createConductor } from '../../container/commands/conductor/conduct.ts'
import { makeConductorState, noObstacles } from '../../container/commands/conductor/state.ts'
import { SentBytes } from '../../container/sockets/sent-bytes.ts'
import { requirePermission } from '../../lambdas/api/commands/permission.ts'
import { planOrder, type Plan } from '../../lambdas/api/commands/plan.ts'
import { Problem } from '../../lambdas/api/problem.ts'
import * as catalogue from '#h02/catalogue/index.ts'
import { MESSAGE_FORMAT } from '#shared/domain/command-messages.ts'

/**
 * Someone with the scopes `command` and `command:raw` tries to cut an engine with raw bytes. In one process: the API's
 * plan and permission, the queue, the gateway's judgement, and the bytes on the socket.
 */
const DEVICE_ID = '9170000000'
const caller = { keyId: 'key1', scopes: new Set(['read', 'command', 'command:raw']) } as never
const at = Date.UTC(2026, 0, 2, 12)

type Attack = {
  readonly pieces: readonly string[]
  readonly model: string | null
  readonly isEngineOn: boolean
}

const conduct = createConductor({
  gatewayId: 'g1',
  catalogue,
  timeScale: 1,
  isOurServer: () => false,
})

/** What the API lets into the queue; null: refused. */
function submit(raw: string, { model, isEngineOn }: Attack): Plan | null {
  const rawHex = Buffer.from(raw, 'latin1').toString('hex')
  try {
    const order = { rawHex, confirm: true, queue: true, replace: false, expiresInSeconds: 60 }
    const plan = planOrder(order, { deviceId: DEVICE_ID, model }, at)
    requirePermission(plan, caller, { confirm: true, engineCommands: isEngineOn })
    return plan.danger === 'dangerous' ? null : plan
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}

/** Latin-1 of all that reaches the socket. */
export const runAttack = (attack: Attack): string => writesOf(attack).join('')

/** Latin-1 of each write to the socket. */
function writesOf(attack: Attack): string[] {
  const sent = new SentBytes()
  const writes: string[] = []
  for (const piece of attack.pieces) {
    if (piece === '') continue
    const plan = submit(piece, attack)
    if (plan === null) continue
    const { intent, params, raw, dialect, danger } = plan
    const { actions } = conduct(
      { ...makeConductorState(DEVICE_ID), sessionId: 's1' },
      {
        kind: 'delivered',
        at,
        delivery: {
          v: MESSAGE_FORMAT,
          kind: 'deliver',
          deviceId: DEVICE_ID,
          commandId: 'c1',
          attempt: 1,
          sessionId: 's1',
          notAfter: at + 5_000,
          dialect: dialect === 'auto' ? 'text' : dialect,
          intent,
          params,
          raw,
          password: null,
          danger,
          ...(attack.model !== null && { model: attack.model }),
          interlock: null,
        },
        maker: null,
        recent: [],
        obstacles: noObstacles,
        sent: sent.unterminated,
      },
    )
    for (const action of actions) {
      if (action.kind !== 'write') continue
      sent.note(action.bytes)
      writes.push(Buffer.from(action.bytes).toString('latin1'))
    }
  }
  return writes
}

/**
 * A whole command that sets a phone number, password and slot after it: `100000940471 1`. Real numbers have any digits, so
 * only its beginning could be a code (`9400000471 1` is refused). Digits behind the first seven are not searched for a cut.
 */
const withoutPhoneNumber = (write: string): string =>
  write.replace(/^\s*\+?([0-4]\d{6})\d{2,14}\s+[1-5]\s*$/, '$1~')

/**
 * Whether a tracker could read a cut in a stream, by rules of its own (PROTOCOL.md section 5), not by the catalogue's:
 * blanks, control characters and case do not count, a full-width comma is a comma.
 */
export function holdsCut(stream: string): boolean {
  const commas = stream.replace(/\xef\xbc\x8c|\xa3\xac/g, ',').toUpperCase()
  const tokens = commas.replace(/[^!-~]+/g, ' ')
  // Another command that merely has the digits: 8090000 60.
  const bare = tokens.replace(/(?<![0-9A-Z])(?:809|669|009)\d{4,6}(?![0-9A-Z])/g, '~').replaceAll(' ', '')
  const frames = [...bare.matchAll(/\*[A-Z]{2},[^#]*/g)].map(([frame]) => frame.split(','))
  if (frames.some(isCutFrame)) return true
  // Ids are numbers of a device, and no command.
  const texts = bare.replace(/(\*[A-Z]{2},)\d{8,15}(?=,)/g, '$1')
  return /9(?:40|00|01)\d{4}/.test(texts) || /(?<!\d)555(?!\d)/.test(tokens)
}

/** `S20` with a first time other than 0, wherever a server might put the command's time. */
function isCutFrame(fields: readonly string[]): boolean {
  const word = fields.indexOf('S20')
  if (word < 0) return false
  const params = fields.slice(word + 1)
  const given = /^\d{6}$/.test(params[0] ?? '') ? params.slice(1) : params
  return given.length >= 2 && !/^0*$/.test(given[1] ?? '')
}

/** Pseudo-random numbers that a seed repeats (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const passwords = ['0000', '4711', '123456', '0110', '9999']
/** Every cut of the catalogue, in each wording, and as an alias that is only recognized. */
const cuts: readonly string[] = [
  ...catalogue.catalogue
    .filter(({ danger }) => danger === 'dangerous')
    .flatMap((entry) =>
      entry.encodings.flatMap((encoding) =>
        passwords.flatMap((password) => {
          const address = { maker: null, id: DEVICE_ID, password, now: at }
          const written = catalogue.encodeCommand(entry, encoding.dialect, { seconds: '3,10,3' }, address)
          const aliases = encoding.aliases.map((alias) => alias.replace('{password}', password))
          return [...(written.ok ? [Buffer.from(written.bytes).toString('latin1')] : []), ...aliases]
        }),
      ),
    ),
  `*HQ,${DEVICE_ID},S20,1,1#`,
  `*TH,,S20,120000,1,1#`,
  `*HQ,${DEVICE_ID},S20,120000,0,5,5#`,
  `*HQ,${DEVICE_ID},CMD,120000,9400000#`,
  '8030000 9400000',
  '8030000 web user 9000000',
  `*HQ,${DEVICE_ID},S24,120000,web,user,9014711#`,
  `*HQ,${DEVICE_ID},APN,web,user,9400000#`,
  '8040000 a9400000.com 5013',
  '<SPBSJ*P:9400000*3P:2>',
]
const others = [
  'CXZT',
  'hello',
  'x',
  '8050000 20',
  '7100000',
  '9020000',
  'C10#',
  `*HQ,${DEVICE_ID},S26,120000,0#`,
  `*HQ,${DEVICE_ID},S20,120000,1,0#`,
  '*',
  '#',
  '',
]
const junk = [' ', '\t', '\0', '\r\n', '\xa0', '  ']

/** One attack, made of a random spelling of a random cut. */
export function makeAttack(random: () => number): Attack {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const chance = (share: number): boolean => random() < share
  const odd = chance(0.5)
  let cut = pick(cuts)
  if (chance(0.1)) cut = cut.replaceAll(',', pick(['\xef\xbc\x8c', '\xa3\xac']))
  let spelled = chance(0.2) ? pick(junk) : ''
  for (const char of cut) {
    spelled += chance(0.5) ? char.toLowerCase() : char
    if (odd && chance(0.15)) spelled += pick(junk)
  }
  const before = chance(0.4) ? pick(others) + (chance(0.5) ? pick(junk) : '') : ''
  const after = chance(0.3) ? pick(others) : ''
  const whole = before + spelled + after
  const marks = Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * whole.length))
  const ends = [...marks, whole.length].sort((a, b) => a - b)
  const pieces = ends.map((end, n) => whole.slice(ends[n - 1] ?? 0, end))
  // Something else in between, which a tracker may or may not take for an end.
  if (chance(0.15)) pieces.splice(Math.floor(random() * pieces.length), 0, pick(others))
  return { pieces, model: pick([null, 'ST-906L', 'TLT-2K']), isEngineOn: chance(0.5) }
}

/** The first attack whose stream holds a cut, or null; `written` counts attacks of which something was written. */
export function findBreach(cases: number, seed: number) {
  const random = randomOf(seed)
  let written = 0
  for (let n = 0; n < cases; n++) {
    const attack = makeAttack(random)
    const writes = writesOf(attack)
    if (writes.length > 0) written++
    const stream = writes.join('')
    if (holdsCut(stream) && holdsCut(writes.map(withoutPhoneNumber).join(''))) {
      return { breach: { attack, stream, n, seed }, written }
    }
  }
  return { breach: null, written }
}
