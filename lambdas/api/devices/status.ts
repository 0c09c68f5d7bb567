import { alarmsIn, alarmName, bitsOf } from '../../shared/domain/alarms.ts'
import { ignitionOn } from '../../shared/domain/ignition.ts'
import type { RegisteredDevice } from '../../shared/store/registered-device.ts'

/** What the meaning of a status word depends on. */
type StatusReading = Pick<RegisteredDevice, 'model' | 'overrides'>

export const toBitNames = (bits: readonly number[], model: string | null): string[] =>
  bits.map((bit) => alarmName(bit, model))

/** The conditions in a status word, by name. Bits are active low: 0 means that the condition holds. */
export function readStatusWord(word: string, { model, overrides }: StatusReading) {
  const bits = Number.parseInt(word, 16)
  return {
    ignitionOn: ignitionOn(bits, overrides),
    status: { word, clear: toBitNames(bitsOf(~bits >>> 0), model) },
    alarms: toBitNames(bitsOf(alarmsIn(bits, model)), model),
  }
}

/** A status word as shown with positions. */
export type StatusSummary = { readonly ignitionOn: boolean | null; readonly alarms: string[] }

/** A device repeats the same few words for months; the cache is limited because of devices that do not. */
const MAX_KEPT = 1_000

/** Decodes the status words of one device; each word is decoded once. */
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
