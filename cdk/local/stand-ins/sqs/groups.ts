type Group = {
  /** Numbers of messages that can be received, ascending. */
  readonly waiting: number[]
  /** Received messages by number, with the time at which each can be received again. */
  readonly inFlight: Map<number, number>
}

/**
 * Tracks which messages of a FIFO queue can be received: the oldest ones of each group, and none while a message of the group is in
 * flight.
 */
export type Groups = {
  readonly add: (group: string, number: number) => void
  /** Marks up to `max` messages as in flight until `until`: as many as possible from one group, then from the next. */
  readonly receive: (max: number, until: number, now: number) => { group: string; number: number }[]
  /** False if it is not in flight. */
  readonly setVisibleAt: (group: string, number: number, at: number, now: number) => boolean
  readonly remove: (group: string, number: number) => void
  /** When the next message in flight can be received again; `Infinity` if none is in flight. */
  readonly nextReturn: () => number
  readonly counts: (now: number) => { readonly visible: number; readonly inFlight: number }
}

export function createGroups(): Groups {
  const groups = new Map<string, Group>()
  /** Groups with receivable messages, in the order in which they became receivable. */
  const ready = new Set<string>()
  let nextReturn = Number.POSITIVE_INFINITY

  const groupOf = (name: string): Group => {
    let group = groups.get(name)
    if (!group) groups.set(name, (group = { waiting: [], inFlight: new Map() }))
    return group
  }
  const settle = (name: string, group: Group): void => {
    if (group.inFlight.size > 0 || group.waiting.length === 0) ready.delete(name)
    else ready.add(name)
    if (group.inFlight.size === 0 && group.waiting.length === 0) groups.delete(name)
  }
  const giveBack = ({ waiting, inFlight }: Group, number: number): void => {
    inFlight.delete(number)
    if ((waiting.at(-1) ?? 0) < number) waiting.push(number)
    else
      waiting.splice(
        waiting.findIndex((one) => one > number),
        0,
        number,
      )
  }
  const expire = (now: number): void => {
    if (now < nextReturn) return
    nextReturn = Number.POSITIVE_INFINITY
    for (const [name, group] of groups) {
      for (const [number, visibleAt] of group.inFlight) {
        if (visibleAt <= now) giveBack(group, number)
        else nextReturn = Math.min(nextReturn, visibleAt)
      }
      settle(name, group)
    }
  }

  return {
    add: (name, number) => {
      const group = groupOf(name)
      giveBack(group, number)
      settle(name, group)
    },
    receive: (max, until, now) => {
      expire(now)
      const received: { group: string; number: number }[] = []
      for (const name of ready) {
        if (received.length === max) break
        const group = groupOf(name)
        for (const number of group.waiting.splice(0, max - received.length)) {
          group.inFlight.set(number, until)
          received.push({ group: name, number })
        }
        settle(name, group)
      }
      if (received.length > 0) nextReturn = Math.min(nextReturn, until)
      return received
    },
    setVisibleAt: (name, number, at, now) => {
      expire(now)
      const group = groups.get(name)
      if (!group?.inFlight.has(number)) return false
      if (at <= now) giveBack(group, number)
      else {
        group.inFlight.set(number, at)
        nextReturn = Math.min(nextReturn, at)
      }
      settle(name, group)
      return true
    },
    remove: (name, number) => {
      const group = groups.get(name)
      if (!group) return
      group.inFlight.delete(number)
      const at = group.waiting.indexOf(number)
      if (at !== -1) group.waiting.splice(at, 1)
      settle(name, group)
    },
    nextReturn: () => nextReturn,
    counts: (now) => {
      expire(now)
      let [visible, inFlight] = [0, 0]
      for (const group of groups.values()) {
        visible += group.waiting.length
        inFlight += group.inFlight.size
      }
      return { visible, inFlight }
    },
  }
}
