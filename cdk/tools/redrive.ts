import { parseArgs } from 'node:util'
import { createEventBus } from '#shared/bus/event-bus.ts'
import { requireNumber } from '#shared/env.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { toBusEvent } from '../../lambdas/ingest/effects.ts'
import { createRedrive } from '../../lambdas/ingest/redrive.ts'
import { print, printError } from '../print.ts'
import { explain, openTarget, targetHelp, targetOptions } from './target.ts'

const help = `npm run redrive -- <device id> [options]     fold the parked events of a device, in order

Events are parked when a device's state and events do not fold (a fault of ours; the log says which).
Deploy the mended version first: what still does not fold stays parked.

${targetHelp}
  --retention 365       days that history is kept (as the stack has it)
  --event-bus NAME      tell its rules of the alarms among them, as late ones; without it nobody is told`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...targetOptions,
    retention: { type: 'string', default: '365' },
    'event-bus': { type: 'string' },
    help: { type: 'boolean' },
  },
})
const [deviceId] = positionals
if (values.help || deviceId === undefined) {
  print(help)
  process.exit(values.help ? 0 : 2)
}
try {
  const target = openTarget(values)
  const tell = values['event-bus'] === undefined ? async () => {} : createEventBus(values['event-bus'])
  const redrive = createRedrive({
    telemetry: createTelemetryStore(target),
    parked: createParkedStore(target),
    deliver: async (effects) => tell(effects.map(toBusEvent)),
    retentionDays: requireNumber('--retention', values.retention, 8, 3_650),
  })
  print(`${deviceId}: ${await redrive(deviceId)} parked events folded`)
} catch (error) {
  printError(`${explain(error)}\nWhat did not fold is still parked.`)
  process.exit(1)
}
