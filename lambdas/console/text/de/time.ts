import type { Texts } from '../en/index.ts'
import { count } from './plural.ts'

export const time: Texts['time'] = {
  never: 'nie',
  days: (n) => count(n, 'Tag', 'Tage'),
  daysAgo: (n) => `vor ${count(n, 'Tag', 'Tagen')}`,
  ago: (span) => `vor ${span}`,
}
