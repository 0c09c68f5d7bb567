/** Whether a topic is among those that an MQTT filter names: `+` one level, `#` all that follow. */
export function matchesTopic(filter: string, topic: string): boolean {
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true
    if (levels[i] === undefined || (level !== '+' && level !== levels[i])) return false
  }
  return wanted.length === levels.length
}
