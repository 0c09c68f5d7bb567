import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { dialectOrder, entryOf, maskBytes } from '#h02/catalogue/index.ts'
import type { CommandBus, DeliveryOutcome } from '#shared/bus/iot-data.ts'
import { createChooseDialects } from '#shared/commands/rules.ts'
import { dispatchNext } from '#shared/commands/dispatch.ts'
import { createDispatcher } from '#shared/commands/dispatcher.ts'
import type { Command, NewCommand } from '#shared/domain/command.ts'
import type { DeviceCommands } from '#shared/domain/device-commands.ts'
import type { CommandSnapshot, ControlMessage, Delivery } from '#shared/domain/command-messages.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import { noFacts, type AttemptFacts } from '#shared/domain/verdict.ts'
import { createMetrics } from '#shared/metrics.ts'
import { createAuditStore, type AuditStore } from '#shared/store/audit.ts'
import { createCampaignStore } from '#shared/store/campaigns.ts'
import { createCommandStore } from '#shared/store/commands.ts'
import { createContestStore } from '#shared/store/contests.ts'
import { createDesiredStore } from '#shared/store/desired.ts'
import { createDeviceRegistry } from '#shared/store/devices.ts'
import { createEvidenceStore } from '#shared/store/evidence.ts'
import { createGatewayStore } from '#shared/store/gateways.ts'
import { createProbes } from '#shared/store/probes.ts'
import { createSchedules } from '#shared/store/schedules.ts'
import { createSessionStore } from '#shared/store/sessions.ts'
import type { ControlParts } from '../../lambdas/control/parts.ts'
import { startFleet } from '../api/fakes.ts'

export const start = Date.UTC(2026, 0, 10, 12)
export const SECOND = 1_000
export const MINUTE = 60_000

/** IoT Core under a test's control: what was delivered and sent, and how it behaves. */
class TestBus implements CommandBus {
  readonly deliveries: Delivery[] = []
  readonly said: { readonly gatewayId: string; readonly message: ControlMessage }[] = []
  readonly connected = new Set<string>()
  /** Called for each delivery; an error rejects it. */
  answer: (delivery: Delivery) => DeliveryOutcome | Error = () => 'taken'

  async deliver(_gatewayId: string, message: object): Promise<DeliveryOutcome> {
    const delivery = message as Delivery
    const outcome = this.answer(delivery)
    if (outcome instanceof Error) throw outcome
    if (outcome !== 'not-connected') this.deliveries.push(delivery)
    return outcome
  }
  async sendControl(gatewayId: string, message: object): Promise<void> {
    this.said.push({ gatewayId, message: message as ControlMessage })
  }
  async isConnected(gatewayId: string): Promise<boolean> {
    return this.connected.has(gatewayId)
  }
  saidOf(kind: ControlMessage['kind']): ControlMessage[] {
    return this.said.map(({ message }) => message).filter((message) => message.kind === kind)
  }
}

/** The whole of control and dispatch over a table of a stand-in; the clock, the bus and the events are the test's. */
export async function startCommands() {
  const fleet = await startFleet()
  const clock = { now: start }
  const now = () => clock.now
  const bus = new TestBus()
  const events: BusEvent[] = []
  const log: string[] = []
  const metrics: string[] = []
  const write = (message: string, fields: object = {}) =>
    void log.push(JSON.stringify({ message, ...fields }))
  const catalogue = { entryOf, dialectOrder }
  const evidence = createEvidenceStore(fleet)
  const parts: ControlParts & { readonly audit: AuditStore } = {
    client: fleet.client,
    fleetTable: fleet.table,
    telemetryTable: 'telemetry',
    commands: createCommandStore({ ...fleet, now }),
    bus,
    catalogue,
    chooseDialects: createChooseDialects({ catalogue, evidence, now }),
    maskWritten: (hex, known) =>
      Buffer.from(maskBytes(Buffer.from(hex, 'hex'), 'down', known)).toString('hex'),
    interlock: { maxSpeedKmh: 20, maxFixAgeMs: MINUTE },
    timeScale: 1,
    putEvents: async (some) => void events.push(...some),
    gateways: createGatewayStore({ ...fleet, now }),
    contests: createContestStore(fleet),
    audit: createAuditStore(fleet),
    probes: createProbes({ ...fleet, now }),
    desired: createDesiredStore(fleet),
    schedules: createSchedules(fleet),
    campaigns: createCampaignStore({ ...fleet, now }),
    tombstones: fleet.tombstones,
    metrics: createMetrics({}, (line) => metrics.push(line), now),
    log: { info: write, warn: write, error: write },
    silentMs: 24 * 60 * MINUTE,
    now,
  }
  const sessions = createSessionStore({ ...fleet, now })
  const devices = createDeviceRegistry({ ...fleet, now })
  let made = 0
  const setDevice = (deviceId: string, name: string, value: unknown) =>
    fleet.client.send(
      new UpdateCommand({
        TableName: fleet.table,
        Key: fleetKeys.device(deviceId),
        UpdateExpression: 'SET #name = :value',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':value': value },
      }),
    )

  return {
    ...fleet,
    clock,
    bus,
    events,
    log,
    metrics,
    parts,
    evidence,
    sessions,
    devices,
    commands: parts.commands,
    dispatcher: createDispatcher(parts),
    dispatchNext: (deviceId: string) => dispatchNext(parts, deviceId),
    /** A registered device of its own, with a session on `gateway1` by default. */
    makeDevice: async ({
      online = true,
      model = null as string | null,
      firmware = null as string | null,
      password = null as string | null,
      /** It had an established session from the network of the sessions here. */
      isKnownNetwork = true,
    } = {}) => {
      const deviceId = String(7_000_000_000 + made++)
      await devices.put(deviceId, { model, password })
      if (firmware !== null) await setDevice(deviceId, 'seenFirmware', firmware)
      if (isKnownNetwork) await setDevice(deviceId, 'establishedFrom', '203.0.113.200')
      if (online) await sessions.login({ ...sessionOf(1), deviceId })
      return deviceId
    },
    order: (deviceId: string, order: Partial<NewCommand> = {}): NewCommand => ({
      commandId: `c${String(made++).padStart(6, '0')}`,
      deviceId,
      createdAt: clock.now,
      createdBy: 'key1',
      expiresAt: clock.now + 24 * 60 * MINUTE,
      intent: 'read-status',
      params: {},
      raw: null,
      dialect: 'text',
      danger: 'harmless',
      probeId: null,
      ...order,
    }),
    readQueue: async (deviceId: string): Promise<DeviceCommands> =>
      (await parts.commands.readDevice(deviceId))!.commands,
    setDevice,
  }
}
export type TestCommands = Awaited<ReturnType<typeof startCommands>>

/** What EventBridge sends to control once a minute. */
export const sweepEvent = { source: 'aws.scheduler', 'detail-type': 'Scheduled Event' } as const

/** Moves the clock on and sweeps each minute, as the schedule does, or less often if hours are to pass. */
export async function passTime(
  t: TestCommands,
  ms: number,
  sweep: () => Promise<unknown>,
  everyMs = MINUTE,
): Promise<void> {
  for (const until = t.clock.now + ms; t.clock.now < until;) {
    t.clock.now = Math.min(until, t.clock.now + everyMs)
    await sweep()
  }
}

export const sessionOf = (n: number) => ({
  sessionId: `${n}`.padStart(20, 'a'),
  gatewayId: `gateway${n}`,
  remoteAddress: `203.0.113.${n}`,
})

/** A report of a command's last attempt, as the gateway that it was delivered to would make it. */
export function reportOf(
  command: Command,
  facts: Partial<AttemptFacts>,
  more: Partial<CommandSnapshot> = {},
): CommandSnapshot {
  const attempt = command.attempts.at(-1)!
  return {
    v: 1,
    kind: 'command',
    deviceId: command.deviceId,
    commandId: command.commandId,
    attempt: attempt.n,
    gatewayId: attempt.gatewayId,
    sessionId: attempt.sessionId,
    epoch: 1,
    n: 1,
    known: true,
    facts: { ...noFacts, effectWindowOver: command.effectKey === null, ...facts },
    timeline: [],
    reply: null,
    ...more,
  }
}
