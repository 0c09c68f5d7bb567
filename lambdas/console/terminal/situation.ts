import type { ConfirmationAnswer } from '../api/types.ts'
import { toSpan } from '../parts/format.ts'

type Situation = Pick<ConfirmationAnswer, 'fix' | 'allowed' | 'maxSpeedKmh'>

/** An older fix does not describe the present. */
const NOW_SECONDS = 60

/** `It is driving at 50 km/h; the limit is 20, so it would be refused.` For a car that a person wants to stop. */
export function situationText({ fix, allowed, maxSpeedKmh }: Situation): string {
  const refused = allowed ? '' : ', so it would be refused'
  if (fix === null) return `No valid fix of it is known${refused}.`
  if (fix.speedKmh === null) return `Its last fix has no speed${refused}.`
  const when = fix.ageSeconds <= NOW_SECONDS ? 'It is' : `${toSpan(fix.ageSeconds * 1_000)} ago it was`
  const speed = Math.round(fix.speedKmh * 10) / 10
  const how = speed === 0 ? 'standing still' : `driving at ${speed} km/h`
  if (fix.speedKmh > maxSpeedKmh || allowed) return `${when} ${how}; the limit is ${maxSpeedKmh}${refused}.`
  return `${when} ${how}, but it would be refused.`
}
