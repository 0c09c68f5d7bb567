import type { z } from '@hono/zod-openapi'
import type { DeviceFields } from '../../shared/store/registered-device.ts'
import type { devicePatchSchema } from './schema.ts'

/** The fields of a registration or a change as the registry stores them. `ignitionInverted` is the former name of two of the wirings. */
export function toFields({ overrides = {}, ...fields }: z.infer<typeof devicePatchSchema>): DeviceFields {
  const { ignitionInverted, ignitionWiring, ...others } = overrides
  const former = ignitionInverted === undefined ? undefined : ignitionInverted ? 'inverted' : 'normal'
  return { ...fields, ...others, ignitionWiring: ignitionWiring ?? former }
}
