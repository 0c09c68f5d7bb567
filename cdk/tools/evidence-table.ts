import type { components } from '../../lambdas/api/openapi-types.ts'

export type EvidenceRow = components['schemas']['EvidenceRow']

/** Names come from devices: they must not end a cell or contain markup. */
const cell = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').replaceAll(/[\\`*_{}[\]<>#|~&]/g, String.raw`\$&`)

const rateOf = (count: number, tried: number): string => `${count} of ${tried}`

/** What each firmware answered and did, as a Markdown table: firmware × intent × dialect. */
export function evidenceMarkdown(items: readonly EvidenceRow[]): string {
  const rows = items.map(({ firmware, intent, dialect, evidence: { tried, answered, tookEffect } }) =>
    [
      cell(firmware),
      `\`${intent}\``,
      dialect,
      rateOf(answered, tried),
      tookEffect === null ? 'not observable' : rateOf(tookEffect, tried),
    ].join(' | '),
  )
  return [
    '| firmware | intent | dialect | answered | took effect |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n')
}

/** The same for a terminal: `answered 41 of 43, took effect 39`, by firmware. */
export function evidenceText(items: readonly EvidenceRow[]): string {
  const lines: string[] = []
  let shown: string | null = null
  for (const { firmware, intent, dialect, evidence } of items) {
    if (firmware !== shown) lines.push(firmware)
    shown = firmware
    const { tried, answered, tookEffect } = evidence
    const effect = tookEffect === null ? '' : `, took effect ${tookEffect}`
    lines.push(`  ${intent.padEnd(24)} ${dialect.padEnd(4)}  answered ${rateOf(answered, tried)}${effect}`)
  }
  return lines.join('\n')
}
