import { alarmAttacks } from './alarms.ts'
import type { Attack } from './attack.ts'
import { listenerAttacks, pathAttacks } from './listeners.ts'
import { fuelCutAttacks } from './fuel-cut.ts'
import { jwtAttacks, keyAttacks, liveAttacks } from './keys.ts'
import { rawByteAttacks } from './raw-bytes.ts'
import { secretAttacks } from './secrets.ts'

/** In the order in which they run. Guessing keys comes last, because this address is rate limited afterwards. */
export const attacks: readonly Attack[] = [
  ...fuelCutAttacks,
  ...rawByteAttacks,
  ...secretAttacks,
  ...listenerAttacks,
  ...pathAttacks,
  ...jwtAttacks,
  ...liveAttacks,
  ...alarmAttacks,
  ...keyAttacks,
]
