const begin = '<!-- commands -->'
const end = '<!-- /commands -->'

/** A README with this table between its markers; throws a sentence where it has none. */
export function withCommandsTable(readme: string, table: string): string {
  const from = readme.indexOf(begin)
  const to = readme.indexOf(end)
  if (from < 0 || to < from) throw new Error(`README.md has no ${begin} … ${end}`)
  return `${readme.slice(0, from + begin.length)}\n\n${table}\n\n${readme.slice(to)}`
}
