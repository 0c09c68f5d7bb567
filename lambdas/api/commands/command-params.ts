import { z } from '@hono/zod-openapi'
import { deviceId } from '../devices/schema.ts'

export const commandParams = z.object({
  deviceId,
  commandId: z
    .string()
    .regex(/^[0-9a-z]{16}$/, 'expected the id of a command: 16 letters and digits')
    .openapi({ example: '0mfhq3k2v0a1b2c3' }),
})
