import { dangerOfBytes } from '#h02/catalogue/index.ts'
import type { Command } from '#shared/domain/command.ts'
import { type AttemptFacts, closed, factsOf, isSlotFree, judge, mergeFacts } from '#shared/domain/verdict.ts'
import { isOpen } from '../../container/commands/conductor/conducted.ts'
import { effectKeyOfRelayed, REPLY_MS } from './small-catalogue.ts'
import { gatewayIds, type Reducers, type World, type Written } from './world.ts'

/** Rules for every world and every step. A rule returns null if it holds, else a sentence about the fault. */
export function findFault(
  { nextQueued }: Pick<Reducers, 'nextQueued'>,
  before: World,
  after: World,
): string | null {
  return (
    restoreGoesFirst(nextQueued, after) ??
    restoreIsTaken(after) ??
    writesAreRight(before, after) ??
    relayKeepsItsRule(before, after) ??
    factsOnlyGrow(before, after) ??
    verdictsStand(before, after) ??
    listsAreRight(after) ??
    claimsAreUsedUp(before, after) ??
    cancelledIsOver(after) ??
    verdictsAreTrue(after)
  )
}

/** A restore waits for nothing but another restore. */
function restoreGoesFirst(nextQueued: Reducers['nextQueued'], { device }: World): string | null {
  const restore = device.queue.find(({ effectKey }) => effectKey === 'relay')
  if (restore === undefined || device.openRestore !== null) return null
  return nextQueued(device)?.commandId === restore.commandId
    ? null
    : `${restore.commandId} is a restore and does not go first`
}

/** No gateway refuses a restore because of another command; another restore is in its way. */
function restoreIsTaken({ commands }: World): string | null {
  const restores = commands.filter(isRestore)
  const refused = restores.find(({ attempts }) =>
    attempts.some(({ facts }) => facts.refusal?.startsWith('busy') === true),
  )
  return refused === undefined || restores.length > 1
    ? null
    : `${refused.commandId} is a restore and was refused`
}

const isRestore = ({ intent }: Command): boolean => intent === 'restore'

const firstOf = <T>(items: readonly T[], find: (item: T) => string | null): string | null => {
  for (const item of items) {
    const found = find(item)
    if (found !== null) return found
  }
  return null
}

const of = (world: World, { commandId }: { readonly commandId: string }): Command =>
  world.commands.find((one) => one.commandId === commandId)!

/** Never twice, never late, never beside another, never after the end. */
const writesAreRight = (before: World, after: World): string | null =>
  firstOf(after.written.slice(before.written.length), (written) => {
    const command = of(after, written)
    const name = `${written.commandId}.${written.attempt}`
    const earlier = after.written.slice(0, after.written.indexOf(written))
    const mine = earlier.filter(({ commandId }) => commandId === written.commandId)
    if (mine.some(({ attempt }) => attempt === written.attempt)) return `${name} was written twice`
    const last = mine.at(-1)
    if (last !== undefined && !saysWhy(command, last.attempt, written.attempt)) {
      return `${name} was written again, and its timeline does not say why`
    }
    if (last !== undefined && command.danger === 'dangerous')
      return `${name} is dangerous and was written again`
    if (written.at >= written.notAfter) return `${name} was written too late`
    if (written.after !== null) return `${name} was written though it had ended ${written.after}`
    const beside = earlier.find(
      (one) => isAwaited(one, written.at) && (!isRestore(command) || isRestore(of(after, one))),
    )
    if (beside !== undefined) return `${name} was written while ${beside.commandId} awaited its reply`
    return null
  })

/** Bytes of the other server: nothing dangerous, nothing beside a command of ours, nothing that is not recorded. */
const relayKeepsItsRule = (before: World, after: World): string | null =>
  firstOf(after.relayed.slice(before.relayed.length), (relayed) => {
    const { text, at, danger, isRecorded, reached } = relayed
    const name = `${text} of the other server`
    const apart = dangerOf(text)
    // A tracker may read both as one.
    if (apart === 'dangerous' || dangerOf(relayed.before + text) === 'dangerous')
      return `${name} is dangerous after "${relayed.before}" and was written`
    if (danger !== apart) return `${name} is ${apart} and the audit says ${danger}`
    if (!isRecorded) return `${name} was written and is not recorded`
    const beside = after.written.find((one) => reached && isAwaited(one, at))
    return beside === undefined ? null : `${name} was written while ${beside.commandId} awaited its reply`
  })

const dangerOf = (text: string) => dangerOfBytes(Buffer.from(text, 'latin1'), { model: null })

/** In the other dialect, because the first was not answered; that try may itself have been refused and made again. */
const saysWhy = ({ timeline, attempts }: Command, earlier: number, later: number): boolean =>
  timeline.some(({ kind, attempt }) => kind === 'other-dialect' && attempt! > earlier && attempt! <= later) &&
  attempts.find(({ n }) => n === earlier)?.dialect !== attempts.find(({ n }) => n === later)?.dialect

/** By the tracker's own time, independent of what the other parts know. */
const isAwaited = ({ at, answeredAt }: Written, now: number): boolean =>
  answeredAt === null && now < at + REPLY_MS

const factsOnlyGrow = (before: World, after: World): string | null =>
  firstOf(before.commands, ({ commandId, attempts }) => {
    const now = of(after, { commandId })
    return firstOf(attempts, ({ n, facts }) => {
      const grown = now.attempts.find((attempt) => attempt.n === n)?.facts
      return grown === undefined || hasGrown(facts, grown)
        ? null
        : `facts of ${commandId}.${n} shrank in the table`
    })
  }) ??
  firstOf(gatewayIds, (id) =>
    firstOf(before.gateways[id].state.commands, ({ commandId, attempt, facts }) => {
      const grown = after.gateways[id].state.commands.find(
        (one) => one.commandId === commandId && one.attempt === attempt,
      )
      return grown === undefined || hasGrown(facts, grown.facts)
        ? null
        : `facts of ${commandId}.${attempt} shrank on ${id}`
    }),
  )

const hasGrown = (before: AttemptFacts, after: AttemptFacts): boolean =>
  before === after || JSON.stringify(mergeFacts(before, after)) === JSON.stringify(mergeFacts(after, after))

/** One end; only silence may be corrected, by a reply. */
const verdictsStand = (before: World, after: World): string | null =>
  firstOf(after.commands, (command) => {
    const { commandId, conclusion, timeline, attempts } = command
    const ends = timeline.filter(({ kind }) => kind === 'concluded')
    if (ends.length > 1) return `${commandId} was concluded twice`
    if (new Set(timeline.map(({ id }) => id)).size < timeline.length)
      return `${commandId} reports something twice`
    const earlier = before.commands.find((one) => one.commandId === commandId)?.conclusion ?? null
    if (earlier === null || conclusion?.verdict === earlier.verdict) return null
    if (conclusion === null) return `${commandId} lost its verdict`
    const isCorrected = conclusion.corrected && timeline.some(({ kind }) => kind === 'corrected')
    const wasOpen = ['unanswered', 'unknown', 'answered', 'unconfirmed'].includes(earlier.verdict)
    const isSeen = conclusion.verdict === 'confirmed' || conclusion.verdict === 'contradicted'
    if (wasOpen && isSeen && isCorrected) return null
    const wasSilent = earlier.verdict === 'unanswered' || earlier.verdict === 'unknown'
    const hasReply = attempts.some(({ facts }) => facts.reply !== null)
    if (wasSilent && hasReply && timeline.some(({ kind }) => kind === 'corrected')) return null
    return `${commandId} had the verdict ${earlier.verdict} and then ${conclusion.verdict}`
  })

/** Each command stands in one place, as its state says; one slot, here and at the gateways. */
function listsAreRight(world: World): string | null {
  const { device, commands } = world
  const open = commands.filter(
    ({ state, intent, attempts }) =>
      intent !== 'restore' &&
      state !== 'queued' &&
      state !== 'concluded' &&
      !isSlotFree(attempts.at(-1)!.facts),
  )
  if (open.length > 1) return `${open.map(({ commandId }) => commandId).join(' and ')} are both open`
  const crowded = gatewayIds.find((id) => {
    const conducted = world.gateways[id].state.commands
    return (
      conducted.filter(
        (one) =>
          one.asked.intent !== 'restore' &&
          isOpen(one) &&
          !(one.isAdopted && one.facts.written === 'pending'),
      ).length > 1
    )
  })
  if (crowded !== undefined) return `two commands await their reply on ${crowded}`
  return firstOf(commands, (command) => {
    const { commandId, state, attempts, conclusion } = command
    const isIn = (list: readonly { commandId: string }[]): boolean =>
      list.some((one) => one.commandId === commandId)
    const places = [
      ...(isIn(device.queue) ? ['queue'] : []),
      ...(device.open?.commandId === commandId ? ['open'] : []),
      ...(device.openRestore?.commandId === commandId ? ['openRestore'] : []),
      ...(isIn(device.watching) ? ['watching'] : []),
    ].join()
    const last = attempts.at(-1)
    const expected =
      state === 'queued'
        ? 'queue'
        : state === 'concluded'
          ? conclusion?.effectPending
            ? 'watching'
            : ''
          : last !== undefined && isSlotFree(last.facts)
            ? 'watching'
            : isRestore(command)
              ? 'openRestore'
              : 'open'
    return places === expected
      ? null
      : `${commandId} is ${state} and stands in "${places}", not in "${expected}"`
  })
}

/** A reply is ambiguous because of an older command, which has no claim to another one then. */
const claimsAreUsedUp = (before: World, after: World): string | null =>
  firstOf(gatewayIds, (id) => {
    const earlier = before.gateways[id].state.commands
    const now = after.gateways[id].state.commands
    const find = (list: typeof now, one: (typeof now)[number]) =>
      list.find(({ commandId, attempt }) => commandId === one.commandId && attempt === one.attempt)
    const fresh = now.find(
      (one) => one.facts.reply?.ambiguous === true && find(earlier, one)?.facts.reply === null,
    )
    if (fresh === undefined) return null
    const used = earlier.some(
      (one) => one.claimUntil !== null && one !== fresh && find(now, one)?.claimUntil === null,
    )
    return used ? null : `${fresh.commandId} is ambiguous and uses up no claim`
  })

/** What a person has cancelled is neither queued again nor tried in another dialect. */
const cancelledIsOver = ({ commands }: World): string | null =>
  firstOf(commands, ({ commandId, state, attempts }) => {
    const last = attempts.findIndex(({ facts }) => facts.watchEnded === 'cancelled')
    if (last < 0) return null
    if (state === 'queued') return `${commandId} was cancelled and is queued again`
    return last < attempts.length - 1 ? `${commandId} was cancelled and is tried again` : null
  })

/** A verdict agrees with the facts and with what really happened. */
const verdictsAreTrue = (world: World): string | null =>
  firstOf(world.commands, (command) => {
    const { commandId, conclusion, effectKey } = command
    if (conclusion === null) return null
    const { verdict } = conclusion
    const facts = factsOf(command)
    const judged = judge(facts, effectKey !== null) ?? judge(closed(facts), effectKey !== null)
    if (judged?.verdict !== verdict) return `${commandId} ended ${verdict}, its facts say ${judged?.verdict}`
    const written = world.written.filter((one) => one.commandId === commandId)
    const wrong = (what: string): string => `${commandId} ended ${verdict}, ${what}`
    switch (verdict) {
      case 'undelivered':
        return written.length === 0 ? null : wrong('and was written')
      case 'answered':
      case 'rejected':
      case 'unconfirmed':
        // After an ambiguous reply, the reply that was really meant may be matched with the next command.
        return world.commands.some(isAmbiguous) || written.some(({ answeredAt }) => answeredAt !== null)
          ? null
          : wrong('and the tracker never answered')
      case 'confirmed': {
        const ours = world.written.filter((one) => of(world, one).effectKey === effectKey)
        const theirs = world.relayed.filter((one) => effectKeyOfRelayed(one) === effectKey)
        if (![...ours, ...theirs].some(({ shownAt }) => shownAt !== null))
          return wrong('and the tracker never did it')
        const isBetween = ({ at }: { readonly at: number }): boolean =>
          written.every((one) => one.at < at) && at < facts.effect!.at
        const later = ours.find((one) => one.commandId !== commandId && isBetween(one))
        if (later !== undefined) return wrong(`by what came after ${later.commandId}`)
        // One whose delivery was lost is confirmed all the same: the tracker shows what was asked for.
        const relayed = written.length === 0 ? undefined : theirs.find(isBetween)
        return relayed === undefined ? null : wrong(`by what came after ${relayed.text} of the other server`)
      }
      case 'contradicted':
        return wrong('and no opposite was ever shown')
      case 'unanswered':
        return written.length > 0 ? null : wrong('and was never written')
      case 'unknown':
        return command.attempts.length > 0 ? null : wrong('and was never sent to anyone')
    }
  })

const isAmbiguous = (command: Command): boolean => factsOf(command).reply?.ambiguous === true

/** The knowledge of a live gateway about a command must be in the final verdict. */
export function knowledgeIn(world: World): { readonly commandId: string; readonly what: string }[] {
  return gatewayIds
    .filter((id) => world.gateways[id].isAlive)
    .flatMap((id) => world.gateways[id].state.commands)
    .filter(({ facts }) => facts.reply !== null && !facts.reply.ambiguous)
    .map(({ commandId }) => ({ commandId, what: 'a reply' }))
}

export function findLoss(known: ReturnType<typeof knowledgeIn>, end: World): string | null {
  const silent = ['undelivered', 'unanswered', 'unknown']
  const open = end.commands.find(({ conclusion }) => conclusion === null)
  if (open !== undefined) return `${open.commandId} never ended: it is ${open.state}`
  const lost = known.find((one) => silent.includes(of(end, one).conclusion!.verdict))
  if (lost === undefined) return null
  return `a gateway knew ${lost.what} to ${lost.commandId}, which ended ${of(end, lost).conclusion!.verdict}`
}
