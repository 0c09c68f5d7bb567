import { alarmsIn, alarmName, bitsOf, ignitionOn } from '../../shared/domain/alarms.ts'
import type { RegisteredDevice } from '../../shared/store/devices.ts'

/** What decides the meaning of a status word. */
export type StatusReading = Pick<RegisteredDevice, 'model' | 'overrides'>

export const toBitNames = (bits: readonly number[], model: string | null): string[] =>
  bits.map((bit) => alarmName(bit, model))

/** What a status word says, in names. Bits are active low: 0 means that the condition holds. */
export function readStatusWord(word: string, { model, overrides }: StatusReading) {
  const bits = Number.parseInt(word, 16)
  return {
    ignitionOn: ignitionOn(bits, overrides),
    status: { word, clear: toBitNames(bitsOf(~bits >>> 0), model) },
    alarms: toBitNames(bitsOf(alarmsIn(bits, model)), model),
  }
}

/** A status word as positions show it. */
export type StatusSummary = { readonly ignitionOn: boolean | null; readonly alarms: string[] }

/** A device sends the same few words for months; one that does not must not fill the cache without limit. */
const MAX_KEPT = 1_000

/** Reads status words of one device, each once. */
export function createStatusReader(device: StatusReading): (word: string) => StatusSummary {
  const known = new Map<string, StatusSummary>()
  return (word) => {
    let summary = known.get(word)
    if (summary === undefined) {
      const { ignitionOn, alarms } = readStatusWord(word, device)
      summary = { ignitionOn, alarms }
      if (known.size >= MAX_KEPT) known.clear()
      known.set(word, summary)
    }
    return summary
  }
}
