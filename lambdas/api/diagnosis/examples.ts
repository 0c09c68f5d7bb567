import type { z } from '@hono/zod-openapi'
import type { diagnosisSchema } from './schema.ts'

export const diagnosisExample: z.infer<typeof diagnosisSchema> = {
  deviceId: '9170000000',
  checkedAt: '2026-01-31T08:00:04.250Z',
  verdict: 'online',
  title: 'Online and well',
  text: 'The tracker is connected and reports as often as it usually does.',
  since: null,
  evidence: [
    {
      kind: 'frame',
      at: '2026-01-31T08:00:01.250Z',
      text: 'Heard 3 seconds ago; up to 3 minutes is usual.',
      code: 'heard',
      values: { seconds: 3, usualSeconds: 180 },
      frame:
        '*HQ,9170000000,V1,080000,A,5231.2000,N,01324.3000,E,016.20,157,310126,FFFFBFFF,262,1,4180,44639#',
    },
  ],
  whatToDo: [],
}
