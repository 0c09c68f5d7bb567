import { tripRules } from '../../shared/domain/trips/trip-finder.ts'
import type { FleetRow } from '../api/types.ts'
import { toSpeed } from './format.ts'

/** The speed for a list, which has no room to say how old it is: empty once the fix no longer shows what the device is doing. */
export const speedNow = ({ lastPosition }: Pick<FleetRow, 'lastPosition'>, now: number): string =>
  lastPosition === null || now - Date.parse(lastPosition.fixTime) > tripRules.gapMs
    ? ''
    : toSpeed(lastPosition.speedKmh)
