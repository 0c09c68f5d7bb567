import { requireEnv, requireNumber, type CanaryEnv } from '#shared/env.ts'
import { createLog } from '#shared/log.ts'
import { createMetrics } from '#shared/metrics.ts'
import { createFreshSecret } from '#shared/store/fresh-secret.ts'
import { readSecret } from '#shared/store/secret.ts'
import { createCanaryApi } from './api.ts'
import { createCanary } from './canary.ts'
import { dial } from './tracker.ts'

const env = requireEnv(['STAGE', 'TRACKER_HOST', 'TRACKER_PORT', 'API_URL'] satisfies (keyof CanaryEnv)[])
const port = requireNumber('TRACKER_PORT', env.TRACKER_PORT, 1, 65_535)
const log = createLog({ part: 'canary', stage: env.STAGE })
// The key may be rotated while this instance lives.
const readKey = createFreshSecret({
  read: async () =>
    process.env.ADMIN_KEY ?? (await readSecret(requireEnv(['ADMIN_KEY_SECRET']).ADMIN_KEY_SECRET)).trim(),
  now: Date.now,
  log,
})
const metrics = createMetrics({ stage: env.STAGE, part: 'canary' })

const visit = createCanary({
  api: createCanaryApi(env.API_URL, readKey),
  dial: (signal) => dial(env.TRACKER_HOST, port, signal),
  metrics,
  log,
  now: Date.now,
  // The next run starts after a minute.
  withinMs: 50_000,
  pollMs: 1_000,
})

/** Called once a minute by its schedule. */
export const handler = async (): Promise<void> => {
  await visit()
  metrics.flush()
}
