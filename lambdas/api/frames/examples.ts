import type { z } from '@hono/zod-openapi'
import { DECODER_VERSION } from '#h02'
import { lastPage } from '../page.ts'
import type { framePageSchema } from './schema.ts'
import { toFrame } from './to-frame.ts'

const V1 = '*HQ,9170000000,V1,080000,A,5231.2000,N,01324.3000,E,016.20,157,310126,FFFFBFFF,262,1,4180,44639#'

const receivedAt = Date.UTC(2026, 0, 31, 8, 0, 1, 250)
const frameExample = toFrame(
  {
    kind: 'frame',
    sessionId: '019c131a55e2a1b2c3d4',
    seq: 8,
    receivedAt,
    indexTime: receivedAt,
    ack: 'R12',
    raw: Buffer.from(V1),
  },
  'ST-906L',
)

export const framePageExample: z.infer<typeof framePageSchema> = {
  deviceId: '9170000000',
  decoder: DECODER_VERSION,
  ...lastPage(frameExample),
}
