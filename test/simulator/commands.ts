/** Commands that most firmware answers alike (PROTOCOL.md sections 5.1, 5.2). */
import { encodeV4 } from './encode.ts'
import { send, silence, type Act, type Command } from './profile.ts'
import { bodyOf, type SimulatedTracker } from './simulated-tracker.ts'

const SHORTEST_INTERVAL = 10

/** The reply with a position, the command's own time echoed. */
export const replyWithPosition = (
  tracker: SimulatedTracker,
  { name, time }: Command,
  results: readonly string[],
  clear?: readonly number[],
): Act => send(encodeV4(tracker, name, results, time, bodyOf(tracker, clear), tracker.cell))

/** S20, SCF, D1 and R8; null for anything else. */
export function answerCommon(
  tracker: SimulatedTracker,
  command: Command,
  clear?: readonly number[],
): Act | null {
  const [first, second] = command.params
  switch (command.name) {
    case 'S20':
      tracker.relayCut = first === '1' && second !== '0'
      return replyWithPosition(tracker, command, [tracker.relayCut ? 'DONE' : 'OK'], clear)
    case 'SCF':
      tracker.armed = first === '0'
      return replyWithPosition(tracker, command, [], clear)
    case 'D1':
      return setInterval(tracker, command, clear)
    case 'R8':
      // Listening in is forbidden (PROTOCOL.md section 5.1).
      return replyWithPosition(tracker, command, ['ERROR'], clear)
    default:
      return null
  }
}

/** A count of 0 or 1 asks for one position and changes nothing. */
function setInterval(tracker: SimulatedTracker, command: Command, clear?: readonly number[]): Act {
  const seconds = Number(command.params[0])
  if (!Number.isInteger(seconds) || seconds < SHORTEST_INTERVAL) return silence
  const count = Number(command.params[1] ?? 65_535)
  if (count > 1) tracker.intervalOnSeconds = tracker.intervalOffSeconds = seconds
  return replyWithPosition(tracker, command, command.params, clear)
}
