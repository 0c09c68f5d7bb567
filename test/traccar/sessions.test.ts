import { expect, it } from 'vitest'
import { createSessions } from '../../cdk/local/traccar/sessions.ts'

const DAY_MS = 24 * 3_600_000
const cookieOf = (id: string) => ({ cookie: `a=b; JSESSIONID=${id}; c=d` })
const session = { key: 'k', email: 'me@example.com' }

it('Traccar API sessions end a week after their last use', () => {
  let now = 0
  const sessions = createSessions(() => now)
  const cookie = cookieOf(sessions.open(session))
  now = 6 * DAY_MS
  expect(sessions.find(cookie)).toMatchObject(session)
  now = 12 * DAY_MS
  expect(sessions.find(cookie)).toMatchObject(session)
  now = 20 * DAY_MS
  expect(sessions.find(cookie)).toBeNull()
})

it('Traccar API sessions that were used least recently make room for new ones', () => {
  const sessions = createSessions(() => 0)
  const [used, unused] = [sessions.open(session), sessions.open(session)]
  for (let i = 0; i < 999; i++) {
    sessions.find(cookieOf(used))
    sessions.open(session)
  }
  expect(sessions.find(cookieOf(used))).toMatchObject(session)
  expect(sessions.find(cookieOf(unused))).toBeNull()
})
