import type { ControlMessage } from '#shared/domain/command-messages.ts'
import { type Command, type NewCommand, type TimelineItem, COMMAND_FORMAT } from '#shared/domain/command.ts'
import { MAX_QUEUED } from '#shared/domain/device-commands.ts'
import type { Judgement, Verdict } from '#shared/domain/verdict.ts'
import type { Dispatcher } from '#shared/commands/dispatcher.ts'
import type { Submitted } from '#shared/commands/submit.ts'
import type { AuditEntry, NewAuditEntry } from '#shared/store/audit.ts'
import type { CommandedDevice } from '#shared/store/command-save.ts'
import type { CommandStore } from '#shared/store/commands.ts'
import { familyOf } from '#shared/domain/firmware.ts'
import type { EvidenceRow } from '#shared/store/evidence.ts'

const never = () => Promise.reject(new Error('not in this test'))

const someSession = {
  sessionId: 's1',
  epoch: 1,
  gatewayId: 'g1',
  remoteAddress: '192.0.2.1',
  since: 0,
}

const makeCommand = (order: NewCommand, more: Partial<Command> = {}): Command => ({
  v: COMMAND_FORMAT,
  ...order,
  version: 0,
  effectKey: null,
  model: null,
  firmware: null,
  state: 'queued',
  attempts: [],
  timeline: [],
  reply: null,
  conclusion: null,
  waitingFor: { what: 'device', until: order.expiresAt },
  dueAt: null,
  ...more,
})

export const makeItem = (item: Partial<TimelineItem>): TimelineItem => ({
  id: 'i',
  at: 0,
  kind: 'note',
  attempt: null,
  text: '',
  raw: null,
  frame: null,
  ...item,
})

const createFakeDispatcher = (
  made: ReadonlyMap<string, Command>,
  {
    submit,
    conclude,
  }: {
    readonly submit: (order: NewCommand, replace: boolean) => Promise<Submitted>
    readonly conclude: (commandId: string, verdict: Verdict) => Command
  },
): Dispatcher => ({
  submit: (order, options) => submit(order, options?.replace ?? false),
  submitAll: async ([first, ...rest]) => {
    const answer = await submit(first, false)
    for (const order of rest) await submit(order, false)
    return answer
  },
  cancel: async (_, commandId) => {
    const command = made.get(commandId)
    if (!command) return null
    if (command.state !== 'queued') return { outcome: 'concluded', command }
    return { outcome: 'cancelled', command: conclude(commandId, 'undelivered') }
  },
  flush: async (deviceId) =>
    [...made.values()]
      .filter((command) => command.deviceId === deviceId && command.state === 'queued')
      .map(({ commandId }) => conclude(commandId, 'undelivered')),
})

const createFakeStore = (
  made: ReadonlyMap<string, Command>,
  devices: ReadonlyMap<string, Partial<CommandedDevice> | null>,
): CommandStore => ({
  readDevice: async (deviceId) => {
    const device = devices.get(deviceId)
    if (device === null) return null
    return {
      deviceId,
      registered: true,
      model: 'ST-906L',
      firmware: null,
      password: null,
      epoch: 1,
      session: someSession,
      previous: null,
      contestedUntil: null,
      establishedFrom: null,
      purgeBefore: null,
      labels: {},
      commands: { queue: [], open: null, openRestore: null, watching: [] },
      commandsVersion: 0,
      ...device,
    }
  },
  get: async (_, commandId) => made.get(commandId) ?? null,
  getMany: async (_, ids) => ids.flatMap((commandId) => made.get(commandId) ?? []),
  list: async (deviceId, { state, verdict, intent, from = 0, to = Infinity }, { after, limit }) => {
    const found = [...made.values()]
      .filter((command) => command.deviceId === deviceId)
      .filter((command) => state === undefined || command.state === state)
      .filter((command) => verdict === undefined || command.conclusion?.verdict === verdict)
      .filter((command) => intent === undefined || command.intent === intent)
      .filter(({ createdAt }) => createdAt >= from && createdAt < to)
      .filter(({ commandId }) => after === undefined || commandId < after)
      .toSorted((a, b) => (a.commandId < b.commandId ? 1 : -1))
    const page = found.slice(0, limit)
    return { commands: page, next: found.length > limit ? page.at(-1)!.commandId : null }
  },
  save: never,
  markPublished: never,
  noteSeen: never,
  purge: never,
})

/**
 * Commands in memory, and a dispatcher that only records its orders: `answers` are the results of the next orders. The real ones
 * are tested with their own part, and end to end.
 */
export function createFakeCommands() {
  const made = new Map<string, Command>()
  const devices = new Map<string, Partial<CommandedDevice> | null>()
  const answers: Submitted[] = []
  const orders: { readonly order: NewCommand; readonly replace: boolean }[] = []
  const notified: { readonly gatewayId: string; readonly message: ControlMessage }[] = []
  const evidenceRows: EvidenceRow[] = []
  /** Gateways whose lease has expired. */
  const dead = new Set<string>()

  const submit = async (order: NewCommand, replace: boolean): Promise<Submitted> => {
    const before = made.get(order.commandId)
    if (before) return { outcome: 'exists', command: before }
    orders.push({ order, replace })
    const answer = answers.shift()
    if (answer) return answer
    const command = makeCommand(order)
    made.set(order.commandId, command)
    return { outcome: 'created', command }
  }

  const conclude = (commandId: string, verdict: Verdict, more: Partial<Command> = {}): Command => {
    const judgement: Judgement = {
      verdict,
      likely: false,
      already: false,
      late: false,
      ambiguous: false,
      effectPending: false,
      ok: null,
    }
    const command = made.get(commandId)
    if (!command) throw new Error(`no command ${commandId}`)
    const after: Command = {
      ...command,
      state: 'concluded',
      conclusion: { ...judgement, at: command.createdAt + 1_000, reason: null, corrected: false },
      waitingFor: null,
      ...more,
    }
    made.set(commandId, after)
    return after
  }

  const dispatcher = createFakeDispatcher(made, { submit, conclude })
  const commands = createFakeStore(made, devices)
  const fakes = {
    isBusDown: false,
    dead,
    made,
    devices,
    answers,
    orders,
    notified,
    evidenceRows,
    conclude,
    maxQueued: MAX_QUEUED,
    dispatcher,
    commands,
    bus: {
      sendControl: async (gatewayId: string, message: object) => {
        if (fakes.isBusDown) throw new Error('bus out of reach')
        notified.push({ gatewayId, message: message as ControlMessage })
      },
    },
    evidence: {
      ofFamily: async (family: string) =>
        evidenceRows.filter(({ firmware }) => familyOf(firmware) === family),
      listFamilies: async () =>
        [...new Set(evidenceRows.map(({ firmware }) => familyOf(firmware)))].toSorted(),
    },
    openLive: async (deviceId: string | null, { grantId }: { grantId: string }) => ({
      url: `wss://iot.example.com/mqtt?for=${deviceId}`,
      clientId: `h02live-test-${deviceId}-${grantId}`,
      topic: `h02/test/live/${deviceId ?? '+'}/${grantId}`,
    }),
    auditEntries: new Array<AuditEntry>(),
    audit: {
      add: async (entries: readonly NewAuditEntry[]) => {
        for (const { id: _, createdAt: __, ...entry } of entries) fakes.auditEntries.push(entry)
      },
      list: async (deviceId: string) => fakes.auditEntries.filter((one) => one.deviceId === deviceId),
      search: never,
    },
    gateways: {
      leased: async (ids: readonly string[]) => new Set(ids.filter((id) => !dead.has(id))),
    },
  }
  return fakes
}
