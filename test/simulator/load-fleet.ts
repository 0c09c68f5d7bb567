import { connect, type Socket } from 'node:net'
import { sentenceOf } from './connection.ts'
import { encodeV1 } from './encode.ts'

type FleetOptions = {
  readonly host: string
  readonly port: number
  readonly devices: number
  readonly baseId: number
  /** The next frame of a device; V1 of a circle if not given. */
  readonly nextFrame?: (device: number) => Uint8Array
  readonly onData: (device: number, chunk: Uint8Array) => void
  readonly onSent?: (device: number, frame: Uint8Array) => void
  readonly onNote?: (note: string) => void
}

type Fleet = {
  /** Connects devices without a connection, a few at a time; only the first `most` devices if that is given. */
  readonly connectSome: (most?: number) => void
  /** False when the device has no connection or its last frames are not gone yet. */
  readonly send: (device: number) => boolean
  readonly stop: () => Promise<void>
  readonly connected: number
  readonly errors: number
}

const MAX_DIALLING = 200
const MAX_WAITING_BYTES = 4_096
const RETRY_MS = 2_000
/** One address has 28,232 ports of its own on Linux (net.ipv4.ip_local_port_range). */
const DEVICES_PER_ADDRESS = 25_000

const isLoopback = (host: string): boolean => host === 'localhost' || host.startsWith('127.')

/** The sockets of many devices. */
export function createFleet({
  host,
  port,
  devices,
  baseId,
  nextFrame = createCircles(devices, baseId),
  onData,
  onSent,
  onNote,
}: FleetOptions): Fleet {
  const sockets: (Socket | null)[] = Array.from({ length: devices }, () => null)
  const isOpen = new Uint8Array(devices)
  let queue = Array.from({ length: devices }, (_, device) => device)
  let queueAt = 0
  let lost: number[] = []
  let lostAt = 0
  let dialling = 0
  let connected = 0
  let errors = 0
  let isStopped = false

  const dial = (device: number): void => {
    const n = Math.floor(device / DEVICES_PER_ADDRESS)
    const localAddress = n > 0 && isLoopback(host) ? `127.0.0.${1 + n}` : undefined
    const socket = connect({ host, port, noDelay: true, ...(localAddress && { localAddress }) })
    sockets[device] = socket
    dialling++
    socket.on('connect', () => {
      dialling--
      connected++
      isOpen[device] = 1
    })
    socket.on('data', (chunk: Buffer) => onData(device, chunk))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      errors++
      onNote?.(sentenceOf(error, host, port))
    })
    socket.on('close', () => {
      if (isOpen[device] === 1) connected--
      else dialling--
      isOpen[device] = 0
      sockets[device] = null
      if (!isStopped) lost.push(device)
    })
  }

  return {
    connectSome(most = devices) {
      if (queueAt === queue.length && performance.now() - lostAt > RETRY_MS) {
        queue = lost
        queueAt = 0
        lost = []
        lostAt = performance.now()
      }
      while (queueAt < queue.length && dialling < MAX_DIALLING && connected + dialling < most)
        dial(queue[queueAt++]!)
    },
    send(device) {
      const socket = sockets[device]
      if (!socket || isOpen[device] === 0 || socket.writableLength > MAX_WAITING_BYTES) return false
      const frame = nextFrame(device)
      socket.write(frame)
      onSent?.(device, frame)
      return true
    },
    async stop() {
      isStopped = true
      const open = sockets.filter((socket) => socket !== null)
      await Promise.all(
        open.map((socket) => new Promise((resolve) => socket.once('close', resolve).destroy())),
      )
    },
    get connected() {
      return connected
    },
    get errors() {
      return errors
    },
  }
}

/** V1 of a circle for each device. Fix times of one device never repeat, or its frames would look like one. */
function createCircles(devices: number, baseId: number): (device: number) => Uint8Array {
  const lastFix = new Float64Array(devices)
  const status = 'FFFFFFFF'
  return (device) => {
    const fixTime = Math.max(Math.floor(Date.now() / 1000), lastFix[device]! + 1)
    lastFix[device] = fixTime
    const angle = fixTime / 60 + device
    const fix = {
      valid: true,
      latitude: 46 + (device % 300) / 100 + Math.sin(angle) / 200,
      longitude: 14 + (Math.floor(device / 300) % 300) / 100 + Math.cos(angle) / 150,
      speedKnots: 20 + (device % 10),
      course: (360 - (Math.floor((angle * 180) / Math.PI) % 360)) % 360,
      satellites: 9,
    }
    return encodeV1(
      { maker: 'HQ', id: String(baseId + device).padStart(10, '0') },
      { fixTime: fixTime * 1000, fix, status },
    )
  }
}
