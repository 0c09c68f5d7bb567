/**
 * The share of its provisioned units that a table's auto scaling lets be used: AWS's own default. What is left is what
 * bursts live on. Ingest writes once a batch window, all devices at once, as fast as the table takes it; DynamoDB lets a
 * table use up to 300 s of unused units in a burst. A window W at this share uses 0.7·W seconds' worth and gives W
 * seconds' worth back: no window up to 300 s runs dry, and a lower share would only cost more.
 */
export const TARGET_UTILIZATION = 0.7

/** For catching up: after an outage ingest folds the backlog as fast as it can, and auto scaling takes minutes a step. */
export const HEADROOM = 4

/**
 * Auto scaling looks at whole minutes. With a window longer than one it would see a minute far over its target and then
 * empty ones: it neither adds (that takes two in a row) nor takes away (fifteen), and stays wherever it began.
 */
export const MAX_SCALED_WINDOW = 60
