import { z } from '@hono/zod-openapi'
import { isDeviceId } from '../shared/domain/device.ts'
import { toLimit, type DeviceLimit } from '../shared/domain/device-limit.ts'
import { requiredLabels } from './devices/label-input.ts'

const limitSchema = z
  .strictObject({
    ids: z.array(z.string().refine(isDeviceId)).optional(),
    labels: requiredLabels.optional(),
  })
  .refine(({ ids, labels }) => ids !== undefined || labels !== undefined)

const noDevices: DeviceLimit = { ids: [], labels: null }

/**
 * The devices that a token may see, from its claim: `"all"`, or an object like `devices` of a key; also as JSON in a text, for
 * identity providers that store only texts. A token without a valid claim sees no device, so that a user without the claim does not
 * see the whole fleet.
 */
export function readDevicesClaim(claim: unknown): DeviceLimit | null {
  if (claim === 'all') return null
  const parsed = limitSchema.safeParse(typeof claim === 'string' ? parseJson(claim) : claim)
  if (!parsed.success) return noDevices
  return toLimit(parsed.data.ids ?? null, parsed.data.labels ?? null)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
