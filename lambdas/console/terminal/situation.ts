import type { ConfirmationAnswer } from '../api/types.ts'
import { toExactSpeed, toSpan } from '../parts/format.ts'
import { t } from '../text/text.ts'

type Situation = Pick<ConfirmationAnswer, 'fix' | 'allowed' | 'maxSpeedKmh'>

/** An older fix does not describe the present. */
const NOW_SECONDS = 60

/** `It is driving at 50 km/h; the limit is 20 km/h, so the command would be refused.` For a car that a person wants to stop. */
export function situationText({ fix, allowed, maxSpeedKmh }: Situation): string {
  if (fix === null) return allowed ? t.terminal.noFix : t.terminal.noFixRefused
  if (fix.speedKmh === null) return allowed ? t.terminal.noSpeed : t.terminal.noSpeedRefused
  const how =
    Math.round(fix.speedKmh * 10) === 0
      ? t.terminal.standing
      : t.terminal.drivingAt(toExactSpeed(fix.speedKmh))
  const what =
    fix.ageSeconds <= NOW_SECONDS
      ? t.terminal.now(how)
      : t.terminal.before(toSpan(fix.ageSeconds * 1_000), how)
  if (allowed) return t.terminal.limit(what, toExactSpeed(maxSpeedKmh))
  if (fix.speedKmh > maxSpeedKmh) return t.terminal.limitRefused(what, toExactSpeed(maxSpeedKmh))
  return t.terminal.butRefused(what)
}
