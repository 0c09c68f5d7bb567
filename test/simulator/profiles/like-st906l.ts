import type { Act, Command, Device, Profile } from '../profile.ts'
import { replyWithPosition } from '../commands.ts'
import { encodeSms } from '../encode.ts'
import { send, silence } from '../profile.ts'
import type { SimulatedTracker } from '../simulated-tracker.ts'
import { st906l } from './st906l.ts'

type Answers = {
  readonly command: (command: Command, usual: () => Act) => Act
  readonly text: (text: string, usual: () => Act) => Act
}

/** An ST-906L that handles commands differently; `usual` is the behaviour of the ordinary tracker. */
const likeSt906l = (
  profile: Omit<Profile, 'create'>,
  answers: (tracker: SimulatedTracker) => Answers,
): Profile => ({
  ...profile,
  create(tracker) {
    const usual: Device = st906l.create(tracker)
    const { command, text } = answers(tracker)
    return {
      ...usual,
      command: (received) => command(received, () => usual.command?.(received) ?? silence),
      text: (received) => text(received, () => usual.text?.(received) ?? silence),
    }
  },
})

/** The same way for both dialects. */
const alike = (answer: (usual: () => Act) => Act) => (): Answers => ({
  command: (_, usual) => answer(usual),
  text: (_, usual) => answer(usual),
})

const slow = (seconds: number, defaultId: string): Profile =>
  likeSt906l(
    { name: `slow-${seconds}`, title: `Does and answers everything ${seconds} s late`, defaultId },
    alike((usual) => ({ frames: [], later: { seconds, act: usual } })),
  )

export const silent = likeSt906l(
  { name: 'silent', title: 'Takes commands, does nothing and never answers', defaultId: '9170000005' },
  alike(() => silence),
)
export const mute = likeSt906l(
  { name: 'mute', title: 'Does what it is sent and never answers', defaultId: '9170000006' },
  alike((usual) => ({ ...usual(), frames: [] })),
)
/** Within the reply window of a text command, past that of `*HQ`. */
export const slow25 = slow(25, '9170000007')
/** Past both. */
export const slow40 = slow(40, '9170000008')

/** Does nothing, and answers as if it had received something else. */
export const wrongWord = likeSt906l(
  { name: 'wrong-word', title: 'Answers every command with another word', defaultId: '9170000009' },
  (tracker) => ({
    command: (command) =>
      replyWithPosition(tracker, { ...command, name: command.name === 'S17' ? 'S14' : 'S17' }, [], [14]),
    text: (text) =>
      send(encodeSms(tracker, text.startsWith('896') ? 'SET OK' : 'TIME ZONE SET OK, CURRENT: E08')),
  }),
)
/** Closes the connection as soon as a command arrives, and reconnects. */
export const dies = likeSt906l(
  { name: 'dies', title: 'Dies between a command and its reply', defaultId: '9170000010' },
  alike(() => ({ frames: [], after: 'hang-up' })),
)
/** Cut and armed from the start, so commands change nothing. */
export const already: Profile = {
  name: 'already',
  title: 'Already cut and armed',
  defaultId: '9170000011',
  create(tracker) {
    tracker.relayCut = true
    tracker.armed = true
    return st906l.create(tracker)
  },
}
