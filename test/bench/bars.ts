/** A promise about speed or size: the measured value must be at or below, or at or above, its bar. */
export type Bar = { readonly name: string; readonly value: number } & (
  { readonly atMost: number } | { readonly atLeast: number }
)

const holds = (bar: Bar): boolean => ('atMost' in bar ? bar.value <= bar.atMost : bar.value >= bar.atLeast)

/** Prints PASS or MISS for each bar. True if all of them hold. */
export const printBars = (bars: readonly Bar[]): boolean => {
  for (const bar of bars) {
    const limit = 'atMost' in bar ? `at most ${bar.atMost}` : `at least ${bar.atLeast}`
    console.log(`${holds(bar) ? 'PASS' : 'MISS'}  ${bar.name}: ${bar.value.toFixed(2)} (${limit})`)
  }
  return bars.every(holds)
}
