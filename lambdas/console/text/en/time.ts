import { count } from './plural.ts'

export const time = {
  never: 'never',
  days: (n: number) => count(n, 'day', 'days'),
  daysAgo: (n: number) => `${count(n, 'day', 'days')} ago`,
  /** `span`: such as `5 min`. */
  ago: (span: string) => `${span} ago`,
}
