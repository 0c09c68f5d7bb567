import { dialectOrder, entryOf, maskBytes } from '#h02/catalogue/index.ts'
import { createCommandBus, type CommandBus } from '../bus/iot-data.ts'
import { readTimeScale, requireDelivery, type CommandEnv } from '../env.ts'
import type { Log } from '../log.ts'
import { createCommandStore } from '../store/commands.ts'
import { createEvidenceStore } from '../store/evidence.ts'
import type { FleetTable } from '../store/fleet-list.ts'
import { createChooseDialects } from './choose-dialects.ts'
import type { CommandParts, Interlock } from './parts.ts'

/** A parked or slow car whose fix is fresh: the gateway looks at it just before it writes a dangerous command. */
export const defaultInterlock: Interlock = { maxSpeedKmh: 20, maxFixAgeMs: 60_000 }

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** IoT Core has one host for MQTT and for its data plane. One with a scheme is not IoT Core: then the SDK's own rules hold. */
const dataPlaneOf = (host: string | undefined): { endpoint?: string } =>
  host && !host.includes('://') ? { endpoint: `https://${host}` } : {}

/** The parts as both functions have them, over the real bus and catalogue. */
export function commandPartsFromEnv(
  env: CommandEnv & { readonly STAGE: string },
  { client, table, log, interlock = defaultInterlock }: FleetTable & { log: Log; interlock?: Interlock },
): CommandParts & { readonly bus: CommandBus } {
  const catalogue = { entryOf, dialectOrder }
  return {
    commands: createCommandStore({ client, table }),
    bus: createCommandBus({
      delivery: requireDelivery(env.COMMAND_DELIVERY),
      stage: env.STAGE,
      ...dataPlaneOf(env.IOT_ENDPOINT),
    }),
    catalogue,
    chooseDialects: createChooseDialects({ catalogue, evidence: createEvidenceStore({ client, table }) }),
    maskWritten: (hex, known) => hexOf(maskBytes(Buffer.from(hex, 'hex'), 'down', known)),
    interlock,
    timeScale: readTimeScale(env.TIME_SCALE),
    log,
    now: Date.now,
  }
}
