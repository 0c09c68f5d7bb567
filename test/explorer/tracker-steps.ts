import type { Message } from '#h02'
import type { FrameSeen } from '../../container/commands/conductor/state.ts'
import type { Happen } from './happen.ts'
import type { Scenario } from './scenario.ts'
import { echoReply, effectKeyOfRelayed, position, recognizeRelayed, textReply } from './small-catalogue.ts'
import type { Relayed, World } from './world.ts'

/** What the tracker does: it answers, and shows what a command has changed. */
export function createTrackerSteps(happen: Happen, { answers }: Pick<Scenario, 'answers'>) {
  const send = (world: World, message: Message): World => {
    const { tracker } = world
    if (tracker === null) return world
    const { sessionId, gatewayId } = tracker
    const frame: FrameSeen = { sessionId, receivedAt: world.now, message, bytes: new Uint8Array() }
    return happen(world, gatewayId, { kind: 'frame', frame, isContested: false })
  }

  return {
    answer: (world: World, i: number): World | null => {
      const written = world.written[i]
      const command = world.commands.find(({ commandId }) => commandId === written?.commandId)
      if (written === undefined || command === undefined) return null
      if (!written.reached || written.answeredAt !== null || world.tracker === null) return null
      const said = {
        ...world,
        written: world.written.map((one) => (one === written ? { ...one, answeredAt: world.now } : one)),
      }
      if (written.cmdTime !== null) return send(said, echoReply(command.intent, written.cmdTime))
      return send(said, textReply(answers === 'ok' ? 'OK' : `${command.intent}!`))
    },

    show: (world: World, i: number): World | null => {
      const written = world.written[i]
      const command = world.commands.find(({ commandId }) => commandId === written?.commandId)
      if (written === undefined || !written.reached || written.shownAt !== null) return null
      if (world.tracker === null || command === undefined || command.effectKey === null) return null
      const shown = {
        ...world,
        written: world.written.map((one) => (one === written ? { ...one, shownAt: world.now } : one)),
      }
      return send(shown, position(world.now, command.intent !== 'restore'))
    },

    answerRelayed: (world: World, i: number): World | null => {
      const relayed = world.relayed[i]
      if (relayed === undefined || !relayed.reached || relayed.answeredAt !== null) return null
      // A known limit: another gateway does not know what was asked here, and may take the answer for one of ours.
      if (world.tracker?.gatewayId !== relayed.gatewayId) return null
      const answered = (one: Relayed): Relayed => (one === relayed ? { ...one, answeredAt: world.now } : one)
      const said = { ...world, relayed: world.relayed.map(answered) }
      const known = recognizeRelayed(relayed)
      const cmdTime = /,(\d{6})#$/.exec(relayed.text)?.[1]
      if (known !== null && cmdTime !== undefined) return send(said, echoReply(known.intent, cmdTime))
      return send(said, textReply(answers === 'ok' || known === null ? 'OK' : `${known.intent}!`))
    },

    showRelayed: (world: World, i: number): World | null => {
      const relayed = world.relayed[i]
      if (relayed === undefined || !relayed.reached || relayed.shownAt !== null) return null
      if (world.tracker === null || effectKeyOfRelayed(relayed) === null) return null
      const shown = (one: Relayed): Relayed => (one === relayed ? { ...one, shownAt: world.now } : one)
      return send({ ...world, relayed: world.relayed.map(shown) }, position(world.now, true))
    },
  }
}
