import type { DesiredAnswer } from './schema.ts'

export const desiredExample: DesiredAnswer = {
  deviceId: '9170000000',
  settings: {
    intervalOnSeconds: {
      desired: 20,
      reported: 20,
      reportedAt: '2026-01-31T08:00:02.330Z',
      reportedBy: 'reply',
      reportedIn: '0mfhq3k2v0a1b2c3',
      state: 'in-sync',
      tries: 1,
      acceptedAt: '2026-01-31T08:00:01.330Z',
    },
    intervalOffSeconds: {
      desired: 300,
      reported: null,
      reportedAt: null,
      reportedBy: null,
      reportedIn: null,
      state: 'not-reported',
      tries: 0,
      acceptedAt: null,
    },
  },
  setAt: '2026-01-31T07:59:00.125Z',
  setBy: 'admin',
  checkedAt: '2026-01-31T08:00:02.330Z',
  commands: [],
}
