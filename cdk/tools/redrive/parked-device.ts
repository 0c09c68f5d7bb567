import { requireNumber } from '#shared/env.ts'
import { putEventsFromEnv } from '#shared/events/put-events.ts'
import { createDocumentClient } from '#shared/store/client.ts'
import { createParkedStore } from '#shared/store/parked.ts'
import { createTelemetryStore } from '#shared/store/telemetry.ts'
import { toBusEvent } from '../../../lambdas/ingest/effects.ts'
import { createRedrive } from '../../../lambdas/ingest/redrive.ts'
import { readRunning } from '../../local/running.ts'
import { testCredentials, toEnv } from '../../local/stand-ins/identities.ts'
import type { Outputs } from '../stack-outputs.ts'
import { openTarget, type Target } from '../target.ts'

type RedriveTarget = {
  readonly telemetry: Target
  readonly fleetTable: string
  readonly publish: { readonly EVENT_BUS: string; readonly WEBHOOK_QUEUE: string }
}

/** A deployed stack, with the credentials of the shell. */
export const targetOfStack = (output: Outputs): RedriveTarget => ({
  telemetry: { client: createDocumentClient(), table: output.require('TelemetryTable') },
  fleetTable: output.require('FleetTable'),
  publish: { EVENT_BUS: output.require('EventBusName'), WEBHOOK_QUEUE: output.require('WebhookQueueUrl') },
})

/** A running embedded mode. Clients of its bus and queue find their endpoints and keys in the environment. */
export function targetOfFolder(data: string): RedriveTarget {
  const telemetry = openTarget({ data })
  const { fleetTable, publishEnv, credentials } = readRunning(data)!
  const { EVENT_BUS, WEBHOOK_QUEUE, ...endpoints } = publishEnv ?? {}
  if (EVENT_BUS === undefined || WEBHOOK_QUEUE === undefined)
    throw new Error(
      'The embedded gateway is of an older version: start this one with npm start, so that events are published.',
    )
  Object.assign(process.env, endpoints, toEnv(credentials ?? testCredentials))
  return { telemetry, fleetTable, publish: { EVENT_BUS, WEBHOOK_QUEUE } }
}

/** Folds the parked events of a device and publishes their effects like ingest; resolves to the number of frames. */
export const redriveDevice = (
  deviceId: string,
  { telemetry, fleetTable, publish }: RedriveTarget,
  retention: string,
): Promise<number> => {
  const retentionDays = requireNumber('--retention', retention, 8, 3_650)
  const putEvents = putEventsFromEnv(
    { ...publish, RETENTION_DAYS: retention },
    { client: telemetry.client, table: fleetTable },
    { count: () => {} },
  )
  return createRedrive({
    telemetry: createTelemetryStore(telemetry),
    parked: createParkedStore(telemetry),
    deliver: (effects) => putEvents(effects.map(toBusEvent)),
    retentionDays,
  })(deviceId)
}
