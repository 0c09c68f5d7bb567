/**
 * Target utilization of the table's auto scaling: AWS's default. The unused rest pays for bursts. Ingest writes once
 * per batch window, for all devices at once, as fast as the table accepts it; DynamoDB lets a table use up to 300 s of
 * unused units in a burst. Each window of W seconds uses 0.7·W seconds' worth of units and refills W seconds' worth, so
 * no window up to 300 s runs out. A lower target would only cost more.
 */
export const TARGET_UTILIZATION = 0.7

/**
 * For catching up: after an outage ingest processes the backlog as fast as it can, and each step of auto scaling takes
 * minutes.
 */
export const HEADROOM = 4

/**
 * Auto scaling evaluates whole minutes. With a longer window it would see one minute far above the target and then
 * empty ones. It would neither scale out (which takes two such minutes in a row) nor in (fifteen), and the capacity
 * would never change.
 */
export const MAX_SCALED_WINDOW = 60
