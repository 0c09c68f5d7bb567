/** A list that is ordered by id, as those of devices and of unknown ids. */
type IdList<Item> = {
  readonly get: (deviceId: string) => Promise<Item | null>
  readonly list: (options: { after: string; pageSize: number }) => AsyncIterable<Item>
}
type Longer<Item> = { readonly found: readonly Item[]; readonly isComplete: boolean }

const MAX_ID_DIGITS = 15
/** Ids that begin with an id: more than these are no use for a diagnosis. */
const MAX_BEGINNING = 20
/** Different beginnings that are tried; each costs one small query. The IMEIs of a fleet have few, one for each batch of trackers. */
const MAX_HEADS = 40
/** Nearly all IMEIs of trackers begin with one of these, so they are tried first. */
const usualStarts = ['35', '86']
const BEFORE_ALL = '/'
const AFTER_DIGITS = ':'

/**
 * Finds the longer ids that begin or end with this one, without reading the whole list. Those that end with it are found by the
 * beginnings that ids in the list have: it jumps from one beginning to the next, and then looks for each of them with this id behind
 * it. `isComplete` is false if the list has more beginnings than are tried.
 */
export async function findLongerIds<Item extends { readonly deviceId: string }>(
  ids: IdList<Item>,
  deviceId: string,
): Promise<Longer<Item>> {
  const [beginning, ending] = await Promise.all([
    findBeginning(ids, deviceId),
    findEnding(ids, deviceId, MAX_ID_DIGITS - deviceId.length),
  ])
  return {
    found: [...new Map([...beginning, ...ending.found].map((one) => [one.deviceId, one])).values()],
    isComplete: beginning.length < MAX_BEGINNING && ending.isComplete,
  }
}

async function findBeginning<Item extends { readonly deviceId: string }>(
  { list }: IdList<Item>,
  deviceId: string,
): Promise<Item[]> {
  const found: Item[] = []
  for await (const one of list({ after: deviceId, pageSize: MAX_BEGINNING })) {
    if (!one.deviceId.startsWith(deviceId) || found.push(one) >= MAX_BEGINNING) break
  }
  return found
}

async function findEnding<Item extends { readonly deviceId: string }>(
  { get, list }: IdList<Item>,
  deviceId: string,
  headDigits: number,
): Promise<Longer<Item>> {
  if (headDigits === 0) return { found: [], isComplete: true }
  const heads = new Set<string>()
  let tried = 0
  let isComplete = true
  for (const start of [...usualStarts, '']) {
    let after = start === '' ? BEFORE_ALL : start
    for (;;) {
      const first = await takeOne(list({ after, pageSize: 1 }))
      if (first === null || !first.deviceId.startsWith(start)) break
      const head = first.deviceId.slice(0, headDigits)
      const known = start === '' ? usualStarts.find((usual) => head.startsWith(usual)) : undefined
      after = `${known ?? head}${AFTER_DIGITS}`
      if (known !== undefined) continue
      isComplete = tried++ < MAX_HEADS
      if (!isComplete) break
      for (let digits = 1; digits <= head.length; digits++) heads.add(head.slice(0, digits))
    }
    if (!isComplete) break
  }
  const found = await Promise.all([...heads].map((head) => get(head + deviceId)))
  return { found: found.filter((one) => one !== null), isComplete }
}

async function takeOne<Item>(items: AsyncIterable<Item>): Promise<Item | null> {
  for await (const item of items) return item
  return null
}
