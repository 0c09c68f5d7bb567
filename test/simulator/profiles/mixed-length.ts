/**
 * A tracker that mixes record lengths on one connection (PROTOCOL.md section 1.4; TC PR 5703, 5788: mostly 32 bytes, some of them
 * longer; TC#3884 with 45 and 47). A decoder that takes the length from the first record misreads the others.
 */
import { answerCommon } from '../commands.ts'
import { encodeRecord } from '../encode-record.ts'
import { send, silence, type Profile } from '../profile.ts'
import { recordOf } from '../simulated-tracker.ts'

const lengths = [32, 32, 45, 32, 47, 45, 32] as const

export const mixedLength: Profile = {
  name: 'mixed-length',
  title: 'Records of 32, 45 and 47 bytes on one connection',
  defaultId: '4209000000',
  create: (tracker) => ({
    report: () => send(encodeRecord(lengths[tracker.reports % lengths.length]!, recordOf(tracker))),
    command: (command) => answerCommon(tracker, command) ?? silence,
  }),
}
