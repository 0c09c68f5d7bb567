/** Whether a topic matches an MQTT filter: `+` is one level, `#` all following levels. */
export function matchesTopic(filter: string, topic: string): boolean {
  const filterLevels = filter.split('/')
  const levels = topic.split('/')
  for (const [i, level] of filterLevels.entries()) {
    if (level === '#') return true
    if (levels[i] === undefined || (level !== '+' && level !== levels[i])) return false
  }
  return filterLevels.length === levels.length
}
