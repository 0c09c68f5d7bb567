import { createConnection, type Socket } from 'node:net'
import type { SessionEvent } from '#shared/domain/event.ts'
import { decodeLogRecord } from '#shared/domain/log-record.ts'
import { createMetrics } from '#shared/metrics.ts'
import type { Login, LoginRequest, SessionStore } from '#shared/store/sessions.ts'
import { Gateway, type GatewayOptions } from '../../container/gateway.ts'
import { listen } from '../../container/listener.ts'
import type { OutgoingRecord, PutRecords } from '../../container/put-records.ts'

/** The log as a test sees it: what it took, and how it behaves. */
export class TestLog {
  readonly events: SessionEvent[] = []
  /** Decides for each record whether it is refused. */
  refuse: (record: OutgoingRecord) => boolean = () => false
  isUnavailable = false
  /** Calls that wait until they are let go. */
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

/** The registry as a test sees it. */
export class TestRegistry implements SessionStore {
  readonly registered: Map<string, Login['ackPolicy']>
  readonly models = new Map<string, string>()
  readonly unknown = new Map<string, string | null>()
  readonly logins: LoginRequest[] = []
  readonly logouts: string[] = []
  isUnavailable = false
  isOpen = false

  constructor(...ids: string[]) {
    this.registered = new Map(ids.map((id) => [id, 'auto']))
  }
  async login(request: LoginRequest): Promise<Login | null> {
    if (this.isUnavailable) throw new Error('registry unavailable')
    this.logins.push(request)
    const ackPolicy = this.registered.get(request.deviceId)
    const nothing = { password: null, previous: null, queued: 0, open: null, watching: [] }
    return ackPolicy === undefined
      ? null
      : {
          epoch: this.logins.length,
          ackPolicy,
          model: this.models.get(request.deviceId) ?? null,
          ...nothing,
          watchUntil: null,
          conflictUntil: null,
        }
  }
  async readDevice(): Promise<null> {
    return null
  }
  async readCommand(): Promise<null> {
    return null
  }
  async renewLease(): Promise<void> {}
  async logout(deviceId: string): Promise<void> {
    this.logouts.push(deviceId)
  }
  async registerOpen(deviceId: string): Promise<boolean> {
    if (this.isOpen) this.registered.set(deviceId, 'auto')
    return this.isOpen
  }
  async listUnknown(deviceId: string, _address: string, sampleType: string | null): Promise<void> {
    this.unknown.set(deviceId, sampleType)
  }
}

export type LogLine = { readonly level: string; readonly message: string; readonly [field: string]: unknown }

/** A gateway on a port of its own, with a log and a registry that the test holds. */
export async function startGateway(
  registry: TestRegistry,
  options: Partial<GatewayOptions> & { maxConnections?: number; maxPerAddress?: number } = {},
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
    loginMs: 60_000,
    idleMs: 60_000,
    lookEveryMs: 10,
    firstRetryMs: 5,
    log: logger,
    metrics,
    ...options,
  })
  const listener = await listen({
    gateway,
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
      gateway.stop()
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
