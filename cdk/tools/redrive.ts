import { parseArgs } from 'node:util'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { createRedrive } from '../../lambdas/ingest/redrive.ts'
import { explain, openTarget, targetHelp, targetOptions } from './target.ts'

const help = `npm run redrive -- <device id> [options]     fold the parked events of a device, in order

Events are parked when a device's state and events do not fold (a fault of ours; the log says which).
Deploy the mended version first: what still does not fold stays parked.

${targetHelp}
  --retention 365       days that history is kept (as the stack has it)`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...targetOptions, retention: { type: 'string', default: '365' }, help: { type: 'boolean' } },
})
const [deviceId] = positionals
if (values.help || deviceId === undefined) {
  console.log(help)
  process.exit(values.help ? 0 : 2)
}
try {
  const target = openTarget(values)
  const redrive = createRedrive({
    telemetry: createTelemetryStore(target),
    parked: createParkedStore(target),
    // Alarms of events that waited here are history by now: nobody is woken for them.
    deliver: async () => {},
    retentionDays: Number(values.retention),
  })
  console.log(`${deviceId}: ${await redrive(deviceId)} parked events folded`)
} catch (error) {
  console.error(`${explain(error)}\nWhat did not fold is still parked.`)
  process.exit(1)
}
