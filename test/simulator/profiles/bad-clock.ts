/**
 * A tracker with a wrong clock (PROTOCOL.md sections 3.3, 6): the GPS epoch while it never had a fix (live frame `…,050180`), 1024
 * weeks ago after a rollover of the GPS week, a day ahead, and then correct, in a cycle.
 */
import { encodeV1, type Body } from '../encode.ts'
import { send, type Profile } from '../profile.ts'
import { bodyOf } from '../simulated-tracker.ts'

const gpsEpoch = Date.UTC(1980, 0, 5, 23, 59, 55)
const ROLLOVER_MS = 1024 * 7 * 86_400_000
/** More than the one day that is still trusted. */
const AHEAD_MS = 25 * 3_600_000

const lies: readonly ((body: Body) => Body)[] = [
  (body) => ({
    ...body,
    fixTime: gpsEpoch,
    fix: { valid: false, latitude: 0, longitude: 0, speedKnots: 0, course: 0, satellites: 0 },
  }),
  (body) => ({ ...body, fixTime: body.fixTime - ROLLOVER_MS }),
  (body) => ({ ...body, fixTime: body.fixTime + AHEAD_MS }),
  (body) => body,
]

export const badClock: Profile = {
  name: 'bad-clock',
  title: 'A clock in 1980, 1024 weeks back, a day ahead, right, in turn',
  defaultId: '9170000003',
  create: (tracker) => ({
    report: () =>
      send(encodeV1(tracker, lies[tracker.reports % lies.length]!(bodyOf(tracker)), tracker.cell)),
  }),
}
