import type { AttemptFacts } from './verdict.ts'

const certainty = { pending: 0, uncertain: 1, no: 2, yes: 2 } as const

/**
 * What is known of an attempt once another report of it is told. Two gateways may each know a part: the one that wrote
 * it and the one that has the device now, and their reports cross. Facts only ever grow, whatever the order.
 *
 * `isNewer`: by (epoch, n). An older report still says what only its gateway can know (whether it was written, a reply,
 * an effect that was seen); what it tells by its own clock or by absence (windows, likely effects) is left to the
 * gateway that has the device now.
 */
export function joinFacts(known: AttemptFacts, told: AttemptFacts, isNewer: boolean): AttemptFacts {
  const moreCertain = certainty[told.written] > certainty[known.written]
  const { effect } = told
  return {
    written: moreCertain ? told.written : known.written,
    writtenAt: known.writtenAt ?? told.writtenAt,
    refusal: known.refusal ?? told.refusal,
    reply: joinReply(known.reply, told.reply),
    effect: known.effect ?? (isNewer || effect?.likely === false ? effect : null),
    already: known.already ?? told.already,
    replyWindowOver: known.replyWindowOver || (isNewer && told.replyWindowOver),
    effectWindowOver: known.effectWindowOver || (isNewer && told.effectWindowOver),
  }
}

/** An ambiguous reply gives way to one that is not. */
const joinReply = (known: AttemptFacts['reply'], told: AttemptFacts['reply']): AttemptFacts['reply'] =>
  known === null || (known.ambiguous && told !== null && !told.ambiguous) ? told : known
