import { dialectOrder, entryOf, maskBytes } from '#h02/catalogue/index.ts'
import { createCommandBus, type CommandBus } from '../bus/iot-data.ts'
import type { InterlockLimits } from '../domain/interlock.ts'
import { readTimeScale, requireDelivery, type CommandEnv } from '../env.ts'
import type { Log } from '../log.ts'
import { createCommandStore, type CommandStore } from '../store/commands.ts'
import { createEvidenceStore } from '../store/evidence.ts'
import type { FleetTable } from '../store/fleet-list.ts'
import { fromHex, toHex } from '../hex.ts'
import type { MaskWritten } from './audit.ts'
import { createChooseDialects, type ChooseDialects, type CommandCatalogue } from './rules.ts'

/** What the API and control need to process commands. */
export type CommandParts = {
  readonly commands: CommandStore
  readonly bus: Pick<CommandBus, 'deliver'>
  readonly catalogue: CommandCatalogue
  readonly chooseDialects: ChooseDialects
  readonly maskWritten: MaskWritten
  readonly interlock: InterlockLimits
  /** Factor on all windows; 1 except in tests. */
  readonly timeScale: number
  readonly log: Log
  readonly now: () => number
}

/** A parked or slow car with a recent fix. The gateway checks it just before it writes a dangerous command. */
export const defaultInterlock: InterlockLimits = { maxSpeedKmh: 20, maxFixAgeMs: 60_000 }

/**
 * IoT Core has one host for MQTT and its data plane. A host with a scheme is not IoT Core: then the SDK uses its own
 * rules.
 */
const dataPlaneOf = (host: string | undefined): { endpoint?: string } =>
  host && !host.includes('://') ? { endpoint: `https://${host}` } : {}

/** The parts that both functions share, over the real bus and catalogue. */
export function commandPartsFromEnv(
  env: CommandEnv & { readonly STAGE: string },
  {
    client,
    table,
    log,
    interlock = defaultInterlock,
  }: FleetTable & { log: Log; interlock?: InterlockLimits },
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
    maskWritten: (hex, known) => toHex(maskBytes(fromHex(hex), 'down', known)),
    interlock,
    timeScale: readTimeScale(env.TIME_SCALE),
    log,
    now: Date.now,
  }
}
