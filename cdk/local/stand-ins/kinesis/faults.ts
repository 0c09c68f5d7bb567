export type PutEntry = {
  readonly PartitionKey: string
  readonly Data: string
  readonly ExplicitHashKey?: string
}
type Refusal = number | ((entry: PutEntry, index: number) => boolean)

/** What goes wrong with the log, on demand. */
export type KinesisFaults = {
  /** This share (0…1) of the records of each PutRecords is refused, or those that a function picks. */
  readonly refuse: (which: Refusal) => void
  /** While true, every request is answered 503. */
  readonly unavailable: (down: boolean) => void
  /** The next so many GetRecords find their iterator expired. */
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
