import { nothingUnterminated } from '#h02/catalogue/stream.ts'
import type { Life } from '#shared/domain/command-life.ts'
import { judge, noFacts, type AttemptFacts } from '#shared/domain/verdict.ts'
import type { Conducted, ConductorEvent, ConductorState } from '../../container/commands/conductor/state.ts'
import type { TrackerFacts } from '../../container/relay/judge.ts'
import type { RelayInput, RelayStep } from '../../container/relay/relay-state.ts'
import type { Reducers } from './world.ts'

/** A plausible mistake, put into the shipped reducers, and the rule that the explorer must find broken. */
type Fault = {
  readonly name: string
  /** Of scenarios.ts. */
  readonly in: string
  readonly says: RegExp
  readonly wrap: (shipped: Reducers) => Reducers
}

const LOST = 'one question, reports lost, doubled and reordered'
const MOVES = 'one question, the tracker moves between gateways'
const ALIKE = 'two questions whose answers look alike'
const EFFECT = 'an effect, seen after a move'
const LATER = 'a later command on the same effect'
const FIRST = 'a restore beside an open question'
const THREE = 'three questions whose answers look alike, the first ignored'
const DIES = 'a gateway dies with a command'
const CANCELLED = 'one question in two dialects, cancelled at any moment'
const DANGER = 'a dangerous command, everything going wrong'
const SAME = 'a question, and another server that asks the same'
const THEIR_EFFECT = 'an effect, and another server that sets the same'
const THEIR_CUT = 'another server that cuts the engine, whole and in halves'

type Conductor = ReturnType<Reducers['conduct']>

/** The gateway's machine with another event, or another state, than it was given. */
const misled =
  (
    by: (state: ConductorState, event: ConductorEvent) => readonly [ConductorState, ConductorEvent],
  ): Fault['wrap'] =>
  (shipped) => ({
    ...shipped,
    conduct: (config) => {
      const conduct = shipped.conduct(config)
      return (state, event) => conduct(...by(state, event))
    },
  })

/** The gateway's machine with something else done to what came of it. */
const mangled =
  (
    by: (
      result: ReturnType<Conductor>,
      state: ConductorState,
      event: ConductorEvent,
    ) => ReturnType<Conductor>,
  ): Fault['wrap'] =>
  (shipped) => ({
    ...shipped,
    conduct: (config) => {
      const conduct = shipped.conduct(config)
      return (state, event) => by(conduct(state, event), state, event)
    },
  })

/** The relay with other facts about the tracker's connection, or something else done to what it decides. */
const misrelayed =
  (
    facts: Partial<TrackerFacts>,
    by: (step: RelayStep, input: RelayInput) => RelayStep = (step) => step,
  ): Fault['wrap'] =>
  (shipped) => ({
    ...shipped,
    stepRelay: (state, input) => {
      const misread = 'tracker' in input ? { ...input, tracker: { ...input.tracker, ...facts } } : input
      return by(shipped.stepRelay(state, misread), misread)
    },
  })

const withFacts = (state: ConductorState, by: (facts: AttemptFacts, command: Conducted) => AttemptFacts) => ({
  ...state,
  commands: state.commands.map((command) => ({ ...command, facts: by(command.facts, command) })),
})

const withLast = (life: Life, by: (facts: AttemptFacts) => AttemptFacts): Life => ({
  ...life,
  command: {
    ...life.command,
    attempts: life.command.attempts.map((attempt, i, all) =>
      i === all.length - 1 ? { ...attempt, facts: by(attempt.facts) } : attempt,
    ),
  },
})

/** Reports of a cancelled command are applied as if it was not cancelled. */
const forgetful =
  <More extends unknown[]>(by: (life: Life, ...more: More) => Life) =>
  (life: Life, ...more: More): Life => {
    const last = life.command.attempts.at(-1)
    if (last?.facts.watchEnded !== 'cancelled' || life.command.conclusion !== null) return by(life, ...more)
    const wanted = withLast(life, (facts) => ({ ...facts, watchEnded: null }))
    const after = by(wanted, ...more)
    if (after === wanted) return life
    const attempts = after.command.attempts.map((one) =>
      one.n === last.n ? { ...one, facts: { ...one.facts, watchEnded: 'cancelled' as const } } : one,
    )
    return { ...after, command: { ...after.command, attempts } }
  }

export const faults: readonly Fault[] = [
  {
    name: 'the relay writes while a command of ours is open',
    in: SAME,
    says: /of the other server was written while c1 awaited its reply/,
    wrap: misrelayed({ hasOpenCommand: false }),
  },
  {
    name: 'the relay writes a cut',
    in: THEIR_CUT,
    says: /is dangerous after "" and was written/,
    wrap: misrelayed({}, ({ state, actions }) => ({
      state,
      actions: actions.flatMap((action, i) => {
        const piece = actions[i - 1]
        return action.kind === 'withheld' && action.reason === 'dangerous' && piece?.kind === 'record'
          ? [action, { kind: 'write' as const, piece: piece.piece, danger: 'dangerous', intent: null }]
          : [action]
      }),
    })),
  },
  {
    name: 'the relay forgets what stands on the socket without its end',
    in: THEIR_CUT,
    says: /of the other server is dangerous after "9400" and was written/,
    wrap: misrelayed({ sent: nothingUnterminated }),
  },
  {
    name: 'the relay writes what it has not recorded',
    in: SAME,
    says: /was written and is not recorded/,
    wrap: misrelayed({}, ({ state, actions }) => ({
      state,
      actions: actions.filter(({ kind }) => kind !== 'record'),
    })),
  },
  {
    name: 'the audit has a command of the other server as harmless',
    in: SAME,
    says: /hello of the other server is disruptive and the audit says harmless/,
    wrap: misrelayed({}, ({ state, actions }) => ({
      state,
      actions: actions.map((action) =>
        action.kind === 'write' ? { ...action, danger: 'harmless' as const } : action,
      ),
    })),
  },
  {
    name: 'an answer to the other server is taken for ours',
    in: SAME,
    says: /c1 ended answered, and the tracker never answered/,
    wrap: misled((state, event) => [{ ...state, relayed: [] }, event]),
  },
  {
    name: 'our word has the time that the other server has just used',
    in: THEIR_CUT,
    says: /c1 ended answered, and the tracker never answered/,
    wrap: misled((state, event) => [event.kind === 'delivered' ? { ...state, relayed: [] } : state, event]),
  },
  {
    name: 'an effect of the other server is taken for ours',
    in: THEIR_EFFECT,
    says: /by what came after 8050000 20 of the other server/,
    wrap: mangled((result, state, event) =>
      event.kind === 'relayed'
        ? { state: { ...result.state, commands: state.commands }, actions: [] }
        : result,
    ),
  },
  {
    name: 'a cancelled command is queued again',
    in: CANCELLED,
    says: /was cancelled and is queued again/,
    wrap: (shipped) => ({
      ...shipped,
      applySnapshot: (life, snapshot, context) =>
        snapshot.facts.written === 'no'
          ? forgetful(shipped.applySnapshot)(life, snapshot, context)
          : shipped.applySnapshot(life, snapshot, context),
    }),
  },
  {
    name: 'a cancelled command is tried in its other dialect',
    in: CANCELLED,
    says: /was cancelled and is tried again/,
    wrap: (shipped) => ({
      ...shipped,
      applySnapshot: (life, snapshot, context) =>
        snapshot.facts.written === 'yes'
          ? forgetful(shipped.applySnapshot)(life, snapshot, context)
          : shipped.applySnapshot(life, snapshot, context),
    }),
  },
  {
    name: 'a delivery that comes again is written again',
    in: LOST,
    says: /written twice/,
    wrap: misled((state, event) =>
      event.kind === 'delivered'
        ? [
            {
              ...state,
              commands: state.commands.filter(({ commandId }) => commandId !== event.delivery.commandId),
            },
            event,
          ]
        : [state, event],
    ),
  },
  {
    name: 'a delivery is written however late it comes',
    in: DANGER,
    says: /written too late|was written/,
    wrap: misled((state, event) =>
      event.kind === 'delivered'
        ? [state, { ...event, delivery: { ...event.delivery, notAfter: Number.MAX_SAFE_INTEGER } }]
        : [state, event],
    ),
  },
  {
    name: 'a gateway forgets that it has disowned a command',
    in: LOST,
    says: /was written|written again/,
    wrap: misled((state, event) => [{ ...state, disowned: [] }, event]),
  },
  {
    name: 'control sends the next command while one is open',
    in: ALIKE,
    says: /both open|stands in/,
    wrap: (shipped) => ({
      ...shipped,
      nextQueued: (device) => shipped.nextQueued({ ...device, open: null }),
    }),
  },
  {
    name: 'a write that failed is taken for one that surely did not happen',
    in: LOST,
    says: /was written/,
    wrap: mangled((result, _, event) =>
      event.kind === 'write-failed'
        ? {
            state: withFacts(result.state, uncertainAsNo),
            actions: result.actions.map((action) =>
              action.kind === 'report'
                ? { ...action, snapshot: { ...action.snapshot, facts: uncertainAsNo(action.snapshot.facts) } }
                : action,
            ),
          }
        : result,
    ),
  },
  {
    name: 'the newest report takes the place of all that was known',
    in: MOVES,
    says: /shrank in the table|stands in/,
    wrap: (shipped) => ({
      ...shipped,
      applySnapshot: (life, snapshot, context) => {
        const after = shipped.applySnapshot(life, snapshot, context)
        if (after === life || !snapshot.known || after.command.conclusion !== null) return after
        return withLast(after, () => snapshot.facts)
      },
    }),
  },
  {
    name: 'reports that are not the newest are thrown away, with what only they know',
    in: MOVES,
    says: /ended|shrank|stands in/,
    wrap: (shipped) => ({
      ...shipped,
      applySnapshot: (life, snapshot, context) => {
        const reported = life.command.attempts.find(({ n }) => n === snapshot.attempt)?.reported
        const isOld = reported !== undefined && snapshot.epoch < reported.epoch
        return isOld ? life : shipped.applySnapshot(life, snapshot, context)
      },
    }),
  },
  {
    name: 'a verdict is given again with every report',
    in: EFFECT,
    says: /had the verdict .* and then|concluded twice|its facts say/,
    wrap: (shipped) => ({
      ...shipped,
      applySnapshot: (life, snapshot, context) => {
        if (life.command.conclusion === null || !snapshot.known) {
          return shipped.applySnapshot(life, snapshot, context)
        }
        const judgement = judge(snapshot.facts, life.command.effectKey !== null)
        if (judgement === null) return life
        return {
          ...life,
          command: {
            ...life.command,
            conclusion: { ...judgement, at: context.now, reason: null, corrected: true },
          },
        }
      },
    }),
  },
  {
    name: 'the sweep gives up before the windows are over',
    in: DIES,
    says: /awaited its reply|ended unknown|ended unanswered|is .* and stands/,
    wrap: (shipped) => ({
      ...shipped,
      giveUp: (life, how, context) =>
        shipped.giveUp(life, { ...how, graceMs: 0 }, { ...context, now: context.now + 10_000_000 }),
    }),
  },
  {
    name: 'the sweep never gives up',
    in: DIES,
    says: /never ended/,
    wrap: (shipped) => ({ ...shipped, giveUp: (life) => life }),
  },
  {
    name: 'what waits never expires',
    in: MOVES,
    says: /never ended/,
    wrap: (shipped) => ({ ...shipped, expire: (life) => life }),
  },
  {
    name: 'a dispatch does not take the slot',
    in: ALIKE,
    says: /stands in|both open/,
    wrap: (shipped) => ({
      ...shipped,
      startDispatch: (life, how) => {
        const after = shipped.startDispatch(life, how)
        return { ...after, device: { ...after.device, open: null } }
      },
    }),
  },
  {
    name: 'a gateway that is asked says that it knows nothing',
    in: LOST,
    says: /was written|written again/,
    wrap: mangled((result, state, event) =>
      event.kind === 'ask'
        ? {
            state: result.state,
            actions: result.actions.map((action) =>
              action.kind === 'report' && state.commands.length > 0
                ? { ...action, snapshot: { ...action.snapshot, known: false, facts: noFacts, timeline: [] } }
                : action,
            ),
          }
        : result,
    ),
  },
  {
    name: 'a gateway reports each thing once, and never again',
    in: LOST,
    says: /a gateway knew a reply/,
    wrap: (shipped) => ({
      ...shipped,
      conduct: (config) => {
        const conduct = shipped.conduct(config)
        return (state, event) => {
          const { state: after, actions } = conduct(state, event)
          return {
            state: after,
            actions: actions.filter(
              (action) =>
                action.kind !== 'report' ||
                (event.kind !== 'time' && event.kind !== 'ask' && action.snapshot.known),
            ),
          }
        }
      },
    }),
  },
  {
    name: 'an adopted command is written again by who adopts it',
    in: MOVES,
    says: /written twice|was written/,
    wrap: mangled((result, before, event) => {
      if (event.kind !== 'opened') return result
      const adopted = result.state.commands.filter(
        (one) => one.isAdopted && !before.commands.some(({ commandId }) => commandId === one.commandId),
      )
      return {
        state: result.state,
        actions: [
          ...result.actions,
          ...adopted.map(({ commandId, attempt }) => ({
            kind: 'write' as const,
            sessionId: event.sessionId,
            commandId,
            attempt,
            bytes: new Uint8Array(),
          })),
        ],
      }
    }),
  },
  {
    name: 'a text that fits two commands is counted for the newer one',
    in: ALIKE,
    says: /tracker never answered|awaited its reply/,
    wrap: mangled((result) => ({
      actions: result.actions.map((action) =>
        action.kind === 'report'
          ? { ...action, snapshot: { ...action.snapshot, facts: unambiguous(action.snapshot.facts) } }
          : action,
      ),
      state: withFacts(result.state, unambiguous),
    })),
  },
  {
    name: 'a text uses up no claim',
    in: THREE,
    says: /uses up no claim/,
    wrap: mangled((result, state) => ({
      ...result,
      state: {
        ...result.state,
        commands: result.state.commands.map((command) => {
          const before = state.commands.find(({ commandId }) => commandId === command.commandId)
          return { ...command, claimUntil: command.claimUntil ?? before?.claimUntil ?? null }
        }),
      },
    })),
  },
  {
    name: 'a later command on the same effect does not end the watch of the earlier one',
    in: LATER,
    says: /by what came after/,
    wrap: mangled((result, _, event) => {
      if (event.kind !== 'delivered') return result
      const goOn = (command: Conducted): Conducted =>
        command.facts.watchEnded === null
          ? command
          : {
              ...command,
              effect: command.effect && { ...command.effect, windowMs: Number.MAX_SAFE_INTEGER },
              facts: { ...command.facts, watchEnded: null, effectWindowOver: false },
            }
      return {
        state: { ...result.state, commands: result.state.commands.map(goOn) },
        actions: result.actions.filter(
          (action) => action.kind !== 'report' || action.snapshot.facts.watchEnded === null,
        ),
      }
    }),
  },
  {
    name: 'a restore waits for its turn',
    in: FIRST,
    says: /does not go first/,
    wrap: (shipped) => ({
      ...shipped,
      nextQueued: (device) => (device.open === null ? (device.queue[0] ?? null) : null),
    }),
  },
  {
    name: 'a gateway takes a restore for any other command',
    in: FIRST,
    says: /is a restore and was refused/,
    wrap: misled((state, event) =>
      event.kind === 'delivered' && event.delivery.intent === 'restore'
        ? [state, { ...event, delivery: { ...event.delivery, intent: 'ask', dialect: 'text' } }]
        : [state, event],
    ),
  },
  {
    name: 'an effect is believed without being seen',
    in: EFFECT,
    says: /tracker never did it/,
    wrap: mangled((result, _, event) =>
      event.kind === 'frame'
        ? {
            ...result,
            actions: result.actions.map((action) =>
              action.kind === 'report' && action.snapshot.facts.reply !== null
                ? {
                    ...action,
                    snapshot: {
                      ...action.snapshot,
                      facts: {
                        ...action.snapshot.facts,
                        effect: { at: event.frame.receivedAt, seen: 'expected' as const, likely: false },
                      },
                    },
                  }
                : action,
            ),
          }
        : result,
    ),
  },
]

function uncertainAsNo(facts: AttemptFacts): AttemptFacts {
  return facts.written === 'uncertain' ? { ...facts, written: 'no', refusal: 'no-session: failed' } : facts
}

function unambiguous(facts: AttemptFacts): AttemptFacts {
  return facts.reply?.ambiguous ? { ...facts, reply: { ...facts.reply, ambiguous: false } } : facts
}
