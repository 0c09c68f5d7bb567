/** Exact by definition (international yard, 1959). */
export const KM_PER_MILE = 1.609344
export const METERS_PER_FOOT = 0.3048
