/** Per cent for the levels 0–6 (PROTOCOL.md section 3.6). Level 0 means "unknown". */
const percentOfLevel: readonly (number | null)[] = [null, 0, 10, 20, 60, 80, 100]

/** Levels 1–6, above that a percentage, F1–F6 are levels while charging; null if unknown. */
export const toBatteryPercent = (raw: number): number | null => {
  if (raw >= 0xf1 && raw <= 0xf6) return percentOfLevel[raw - 0xf0]!
  if (raw <= 6) return percentOfLevel[raw] ?? null
  return raw <= 100 ? raw : null
}

/** A field that can only be a percentage; null above 100. */
export const toPercent = (raw: number | null): number | null => (raw !== null && raw <= 100 ? raw : null)

/** Tenths of a volt; null outside 3…50 V, where the same bytes mean something else (vector bin-47-tk905: 25600). */
export const toVolts = (tenths: number | null): number | null =>
  tenths !== null && tenths >= 30 && tenths <= 500 ? tenths / 10 : null

/** HuaSunTek trackers count 00 to 99, where 99 means 100 % (PROTOCOL.md section 3.6). */
export const toHuaSunTekPercent = (raw: number): number | null => (raw === 99 ? 100 : toPercent(raw))
