type PutEntry = {
  readonly PartitionKey: string
  readonly Data: string
  readonly ExplicitHashKey?: string
}
type Refusal = number | ((entry: PutEntry, index: number) => boolean)

/** Failures of the log that tests can switch on. */
export type KinesisFaults = {
  /** Refuses this share (0…1) of the records of each PutRecords, or those that a function selects. */
  readonly refuse: (which: Refusal) => void
  /** While true, every request is answered with 503. */
  readonly unavailable: (down: boolean) => void
  /** The next `times` calls of GetRecords find their iterator expired. */
  readonly expireIterators: (times: number) => void
  readonly state: {
    readonly isDown: () => boolean
    readonly isRefusing: () => boolean
    readonly refuses: (entry: PutEntry, index: number) => boolean
    readonly takeExpiry: () => boolean
  }
}

export function createKinesisFaults(random: () => number = Math.random): KinesisFaults {
  let refusal: Refusal = 0
  let down = false
  let expiries = 0
  return {
    refuse: (which) => {
      refusal = which
    },
    unavailable: (value) => {
      down = value
    },
    expireIterators: (times) => {
      expiries = times
    },
    state: {
      isDown: () => down,
      isRefusing: () => refusal !== 0,
      refuses: (entry, index) =>
        typeof refusal === 'number' ? refusal > 0 && random() < refusal : refusal(entry, index),
      takeExpiry: () => expiries > 0 && expiries-- > 0,
    },
  }
}
