/** Whether a topic matches an MQTT filter: `+` is one level, `#` all following levels. */
export function matchesTopic(filter: string, topic: string): boolean {
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true
    if (levels[i] === undefined || (level !== '+' && level !== levels[i])) return false
  }
  return wanted.length === levels.length
}
