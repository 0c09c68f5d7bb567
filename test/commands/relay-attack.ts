import { newRelay, relayDueAt, stepRelay, type RelayInput } from '../../container/relay/relay-state.ts'
import { SentBytes } from '../../container/sockets/sent-bytes.ts'
import { holdsCut, makeAttack, randomOf } from './cut-attack.ts'

export const DEVICE_ID = '9170000000'
const ACK = `*HQ,${DEVICE_ID},R12,120000#`
const QUIET_MS = 300

/** One thing that happens: the other server sends, time passes, or (null) our ack is due. */
export type Happening = string | number | null

/** Latin-1 of all that reaches the tracker, through a relay that forwards all that it may. */
export function runRelay(happenings: readonly Happening[]): string {
  const sent = new SentBytes()
  let stream = ''
  let at = 0
  let quietUntil = 0
  let isAckDue = false
  let { state } = stepRelay(stepRelay(newRelay, { kind: 'turn', at }).state, { kind: 'connected', at })
  const step = (input: RelayInput): void => {
    const { state: next, actions } = stepRelay(state, input)
    state = next
    for (const action of actions) {
      if (action.kind !== 'write') continue
      const { bytes } = action.piece
      sent.note(bytes)
      stream += Buffer.from(bytes).toString('latin1')
      if (bytes.at(-1) !== 0x23) quietUntil = at + QUIET_MS
    }
  }
  const facts = () => ({
    at,
    replies: 'all' as const,
    tracker: { sent: sent.unterminated, isQuiet: quietUntil > at, hasOpenCommand: false, isTrusted: true },
  })
  const writeAck = (): void => {
    isAckDue = quietUntil > at
    if (isAckDue) return
    stream += ACK
    sent.noteAck()
  }
  for (const happening of [...happenings, 11_000]) {
    if (happening === null) writeAck()
    else if (typeof happening === 'string')
      step({ kind: 'from-server', bytes: Buffer.from(happening, 'latin1'), ...facts() })
    else {
      for (const until = at + happening; at < until; at = Math.min(until, at + 100)) {
        if (!isAckDue && relayDueAt(state) === Infinity) {
          at = until
          break
        }
        step({ kind: 'time', ...facts() })
        if (isAckDue) writeAck()
      }
    }
  }
  return stream
}

const pauses = [0, 0, 50, 350, 1_000, 3_000]

/** The first attack through a relay whose stream holds a cut, or null; `written` counts those of which something was written. */
export function findRelayBreach(cases: number, seed: number) {
  const random = randomOf(seed)
  let written = 0
  for (let n = 0; n < cases; n++) {
    const { pieces } = makeAttack(random)
    const happenings = pieces
      .flatMap((piece): Happening[] => [
        piece,
        pauses[Math.floor(random() * pauses.length)]!,
        ...(random() < 0.3 ? [null] : []),
      ])
      .filter((one) => one !== '')
    const stream = runRelay(happenings)
    if (stream.replaceAll(ACK, '') !== '') written++
    if (holdsCut(stream)) return { breach: { happenings, stream, n, seed }, written }
  }
  return { breach: null, written }
}
