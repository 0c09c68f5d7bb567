import { createConnection, type Socket } from 'node:net'
import type { Command } from '#shared/domain/command.ts'
import type { Session } from '#shared/domain/device.ts'
import type { SessionEvent } from '#shared/domain/event.ts'
import { isInNetworks } from '#shared/domain/network.ts'
import { decodeLogRecord } from '#shared/domain/log-record.ts'
import { createMetrics } from '#shared/metrics.ts'
import type { Established } from '#shared/store/contests.ts'
import type { OpenRegistration } from '#shared/store/unregistered.ts'
import type { DeviceSettings, Login, LoginRequest, SessionStore } from '#shared/store/sessions.ts'
import type { Stray } from '#shared/store/unregistered.ts'
import { Gateway, type GatewayOptions } from '../../container/gateway.ts'
import { listen } from '../../container/sockets/listener.ts'
import type { OutgoingRecord, PutRecords } from '../../container/uplink/put-records.ts'

/** The log under a test's control: what it accepted, and how it behaves. */
class TestLog {
  readonly events: SessionEvent[] = []
  /** Decides for each record whether it is refused. */
  refuse: (record: OutgoingRecord) => boolean = () => false
  isUnavailable = false
  /** Calls that wait until the test releases them. */
  isHeld = false
  private waiting: (() => void)[] = []

  readonly put: PutRecords = async (records) => {
    if (this.isHeld) await new Promise<void>((resolve) => this.waiting.push(resolve))
    if (this.isUnavailable) throw new Error('log unavailable')
    const refused = new Set<number>()
    for (const [i, record] of records.entries()) {
      if (this.refuse(record)) refused.add(i)
      else this.events.push(...decodeLogRecord(record.data))
    }
    return refused
  }

  get isAsked(): boolean {
    return this.waiting.length > 0
  }

  letGo(): void {
    this.isHeld = false
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  frames(deviceId?: string): string[] {
    return this.events
      .filter((event) => event.kind === 'frame' && (deviceId === undefined || event.deviceId === deviceId))
      .map(({ raw }) => Buffer.from(raw).toString('latin1'))
  }
}

/** The registry under a test's control; several gateways may share it. */
export class TestRegistry implements SessionStore {
  readonly registered: Map<string, Login['ackPolicy']>
  readonly models = new Map<string, string>()
  readonly unknown = new Map<string, string | null>()
  readonly logins: LoginRequest[] = []
  readonly logouts: string[] = []
  readonly leases: string[] = []
  /** Deleted API keys; all others are valid. */
  readonly deletedKeys = new Set<string>()
  /** While true, API keys cannot be read. */
  keysAreUnreadable = false
  /** The current owner of a device; its epoch is that of the device's last login. */
  readonly sessions = new Map<string, Session>()
  /** The other fields that a login and a read of a device return. */
  readonly answers = new Map<string, Partial<Omit<Login, 'epoch' | 'previous'>>>()
  readonly commands = new Map<string, Command>()
  /** Devices whose sessions became established. */
  readonly established: string[] = []
  /** Trackers that were recorded because they spoke another protocol. */
  readonly strays: (Stray & { readonly deviceId: string })[] = []
  isUnavailable = false
  isOpen = false
  /** Whether commands wait for a session that becomes established. */
  hasWork = true
  /** Answers to logins wait until then. */
  answering: (request: LoginRequest) => Promise<void> = async () => {}
  /** Reads of commands wait until then. */
  reading: Promise<void> = Promise.resolve()
  private readonly epochs = new Map<string, number>()

  constructor(...ids: string[]) {
    this.registered = new Map(ids.map((id) => [id, 'auto']))
  }
  async login(request: LoginRequest): Promise<Login | 'source-refused' | null> {
    if (this.isUnavailable) throw new Error('registry unavailable')
    this.logins.push(request)
    const { deviceId, ...session } = request
    if (!this.registered.has(deviceId)) return null
    const { sources } = this.settingsOf(deviceId)
    if (sources !== null && !isInNetworks(request.remoteAddress, sources)) return 'source-refused'
    const epoch = (this.epochs.get(deviceId) ?? 0) + 1
    const previous = this.sessions.get(deviceId) ?? null
    this.epochs.set(deviceId, epoch)
    this.sessions.set(deviceId, { ...session, epoch, since: Date.now() })
    await this.answering(request)
    return { ...this.settingsOf(deviceId), epoch, previous }
  }
  async logout(deviceId: string, sessionId: string): Promise<void> {
    this.logouts.push(deviceId)
    if (this.sessions.get(deviceId)?.sessionId === sessionId) this.sessions.delete(deviceId)
  }
  async readDevice(deviceId: string): Promise<DeviceSettings | null> {
    if (this.isUnavailable) throw new Error('registry unavailable')
    if (!this.registered.has(deviceId)) return null
    return { ...this.settingsOf(deviceId), session: this.sessions.get(deviceId) ?? null }
  }
  async readCommand(_deviceId: string, commandId: string): Promise<Command | null> {
    await this.reading
    if (this.isUnavailable) throw new Error('registry unavailable')
    return this.commands.get(commandId) ?? null
  }
  async renewLease(gatewayId: string): Promise<void> {
    this.leases.push(gatewayId)
  }
  async establish(deviceId: string): Promise<Established> {
    if (this.isUnavailable) throw new Error('registry unavailable')
    this.established.push(deviceId)
    return this.hasWork ? 'has-work' : 'idle'
  }
  async registerOpen(deviceId: string): Promise<OpenRegistration> {
    if (!this.isOpen) return 'refused'
    const isThere = this.registered.has(deviceId)
    this.registered.set(deviceId, 'auto')
    return isThere ? 'registered' : 'created'
  }
  async listUnknown(deviceId: string, _address: string, sampleType: string | null): Promise<boolean> {
    const isNew = !this.unknown.has(deviceId)
    this.unknown.set(deviceId, sampleType)
    return isNew
  }
  async noteStray(deviceId: string, stray: Stray): Promise<void> {
    this.strays.push({ deviceId, ...stray })
  }
  async isKeyValid(keyId: string): Promise<boolean> {
    if (this.keysAreUnreadable) throw new Error('the table cannot be reached')
    return !this.deletedKeys.has(keyId)
  }
  private settingsOf(deviceId: string): Omit<Login, 'epoch' | 'previous'> {
    return {
      ackPolicy: this.registered.get(deviceId)!,
      model: this.models.get(deviceId) ?? null,
      password: null,
      queued: 0,
      open: null,
      openRestore: null,
      watching: [],
      liveGrants: [],
      contestedUntil: null,
      // Known networks are the rule; tests of new ones set this to null.
      establishedFrom: '127.0.0.1',
      sources: null,
      usualSessionMs: null,
      ignitionInverted: false,
      keepsSettings: false,
      relay: null,
      ...this.answers.get(deviceId),
    }
  }
}

type LogLine = { readonly level: string; readonly message: string; readonly [field: string]: unknown }

/** A clock that runs by itself and can be set ahead. */
export function createClock() {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    skip: (ms: number) => {
      ahead += ms
    },
  }
}

/**
 * Counts, at the gateway's end, acks that were written before the log had their frames: `earlyAcks()` must stay 0. Unlike
 * a look at what the tracker has received so far, it misses none that is still on its way.
 */
export function watchAcks({ socket }: { readonly socket: Socket }, log: TestLog): () => number {
  let [acks, early] = [0, 0]
  const write = socket.write.bind(socket)
  socket.write = (...args: unknown[]) => {
    acks += String(args[0]).split('#').length - 1
    early += Math.max(0, acks - early - log.frames().length)
    return write(...(args as Parameters<Socket['write']>))
  }
  return () => early
}

/** A gateway on a port of its own, with a log and a registry that the test holds. */
export async function startGateway(
  registry: TestRegistry,
  options: Partial<GatewayOptions> & {
    maxConnections?: number
    maxPerAddress?: number
    obstacle?: () => string | null
  } = {},
) {
  const log = new TestLog()
  const lines: LogLine[] = []
  const emf: string[] = []
  const say = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
    lines.push({ ...fields, level, message })
  }
  const logger = { info: say('info'), warn: say('warn'), error: say('error') }
  const metrics = createMetrics({ part: 'gateway' }, (line) => emf.push(line))
  const gateway = new Gateway({
    gatewayId: 'g1',
    registration: 'registered',
    sessions: registry,
    putRecords: log.put,
    flushMs: 10,
    maxBufferedBytes: 10_000_000,
    framesPerSecond: 100_000,
    framesPerDeviceDay: 1_000_000,
    bytesPerDeviceDay: 1_000_000_000,
    loginMs: 60_000,
    idleMs: 60_000,
    lookEveryMs: 10,
    firstRetryMs: 5,
    downlink: null,
    log: logger,
    metrics,
    ...options,
  })
  const listener = await listen({
    sockets: gateway.sockets,
    obstacle: options.obstacle ?? (() => null),
    host: '127.0.0.1',
    port: 0,
    maxConnections: options.maxConnections ?? 1_000,
    maxPerAddress: options.maxPerAddress ?? 1_000,
    log: logger,
    metrics,
  })
  const trackers: TestTracker[] = []
  return {
    gateway,
    log,
    lines,
    listener,
    metrics: () => {
      gateway.reportGauges()
      metrics.flush()
      return emf
    },
    connect: async (localAddress?: string) => {
      const tracker = await connect(listener.port, localAddress)
      trackers.push(tracker)
      return tracker
    },
    close: () => {
      for (const tracker of trackers) tracker.socket.destroy()
      for (const connection of gateway.connections) gateway.close(connection, 'test over')
      void gateway.stop()
      listener.stopAccepting()
    },
  }
}

/** A tracker's end of a socket: what it received, and whether it was closed. */
export class TestTracker {
  readonly socket: Socket
  received = ''
  isClosed = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => (this.received += chunk.toString('latin1')))
    socket.on('close', () => (this.isClosed = true))
    socket.on('error', () => (this.isClosed = true))
  }
  send(data: string | Uint8Array): void {
    this.socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data)
  }
}

const connect = (port: number, localAddress?: string): Promise<TestTracker> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(
      { port, host: '127.0.0.1', ...(localAddress !== undefined && { localAddress }) },
      () => resolve(new TestTracker(socket)),
    )
    socket.on('error', reject)
  })
