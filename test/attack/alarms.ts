import type { Attack } from './attack.ts'
import { online, v1 } from './tracker.ts'
import { comesTrue } from './world.ts'

const SOS = 'FFFFFFFD'
const CALM = 'FFFFFFFF'
const TOGGLES = 1_200

export const alarmAttacks: readonly Attack[] = [
  {
    name: 'alarms: a flood',
    what: `toggle the SOS bit in ${TOGGLES} frames, then every other bit`,
    run: async (world) => {
      const deviceId = await world.register(world.newId())
      const tracker = await online(world, deviceId)
      for (let i = 0; i < TOGGLES; i++) tracker.write(v1(deviceId, { status: i % 2 ? CALM : SOS }))
      for (let bit = 2; bit < 32; bit++) {
        const word = ((0xffffffff & ~(1 << bit)) >>> 0).toString(16).toUpperCase().padStart(8, '0')
        tracker.write(v1(deviceId, { status: word }))
      }
      const raised = (): number =>
        world.events.filter(({ detail }) => detail.deviceId === deviceId && 'alarm' in detail).length
      const mailsOf = (): string[] => world.mails.filter((subject) => subject.includes(deviceId))
      await comesTrue(() => mailsOf().some((subject) => subject.includes('sos')), 60_000)
      // When no event has arrived for a second, the whole flood has been processed.
      for (let before = -1; before !== raised();) {
        before = raised()
        await comesTrue(() => raised() !== before, 1_000)
      }
      const mails = mailsOf()
      const ofSos = mails.filter((subject) => subject.includes(' sos '))
      if (ofSos.length === 0) return 'no mail says that there was an SOS'
      if (ofSos.length > 1) return `${ofSos.length} mails about one alarm`
      return mails.length <= 20 ? null : `${mails.length} mails about one device`
    },
  },
]
