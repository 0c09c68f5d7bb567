/**
 * A SinoTrack back from a blind area (PROTOCOL.md section 6.1, a user's notes: stored rows 4.6 to 6.2 hours late, 1 or 2 s after
 * an ordinary row): two frames of another drive, hours old and with bit 26 low, follow every third live one.
 */
import { encodeV1 } from '../encode.ts'
import { send, type Profile } from '../profile.ts'
import { createRoute } from '../route.ts'
import { bodyOf, type SimulatedTracker } from '../simulated-tracker.ts'

const LATENESS_MS = 5.5 * 3_600_000
const STEP_SECONDS = 20

export const blindArea: Profile = {
  name: 'blind-area',
  title: 'Frames that are hours late among the live ones',
  defaultId: '9170000002',
  create(tracker) {
    const formerDrive = createRoute(Math.floor(tracker.random() * 2 ** 31))
    let formerClock: number | null = null

    const storedFrame = (): Uint8Array => {
      formerClock = (formerClock ?? tracker.clock - LATENESS_MS) + STEP_SECONDS * 1000
      const then: SimulatedTracker = {
        ...tracker,
        clock: formerClock,
        fix: formerDrive.advance(STEP_SECONDS),
        late: true,
      }
      return encodeV1(tracker, bodyOf(then, [14]), tracker.cell)
    }

    return {
      report() {
        const live = encodeV1(tracker, bodyOf(tracker, [14]), tracker.cell)
        return tracker.reports % 3 === 2 ? send(live, storedFrame(), storedFrame()) : send(live)
      },
    }
  },
}
