/** Trackers count mileage in steps of 0.51444 m: one knot for one second (PROTOCOL.md sections 2.9, 5.1 S32). */
const METERS_PER_STEP = 0.51444

export const toMileageMeters = (steps: number): number => Math.round(steps * METERS_PER_STEP * 10) / 10
export const toMileageKm = (steps: number): number => Math.round(steps * METERS_PER_STEP) / 1000
