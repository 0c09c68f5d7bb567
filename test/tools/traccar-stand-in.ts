import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { createFramer, decode } from '#h02'

export const TRACCAR_TOKEN = 'token-of-the-stand-in'

type StoredPosition = Readonly<Record<string, unknown>> & {
  readonly deviceId: number
  readonly fixTime: string
}

/**
 * The parts of Traccar that moving and importing use: H02 over TCP, and its HTTP API as its source has it (6.9: DeviceResource,
 * CommandResource, ReportResource, PositionResource, H02ProtocolDecoder). Answers were compared with those of a Traccar 6.9.1.
 */
export async function startTraccar(uniqueIds: readonly string[]) {
  const devices = uniqueIds.map((uniqueId, i) => ({ id: i + 1, uniqueId, name: `Van ${i + 1}` }))
  const sockets = new Map<number, Socket>()
  const open = new Set<Socket>()
  const events: { id: number; deviceId: number; type: string; attributes: object }[] = []
  const positions: StoredPosition[] = []
  /** Texts of commands that were written, by device id. */
  const written: { uniqueId: string; text: string }[] = []

  const tcp = createServer((socket) => {
    const framer = createFramer()
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      for (const [id, own] of sockets) if (own === socket) sockets.delete(id)
    })
    socket.on('data', (chunk) => {
      for (const frame of framer.push(chunk)) {
        const decoded = decode(frame)
        if (!decoded.ok) continue
        const { id, type, reply, position } = decoded.message
        const device = devices.find(({ uniqueId }) => uniqueId === id)
        if (device === undefined) continue
        sockets.set(device.id, socket)
        if (type === 'SMS')
          events.push({
            id: events.length + 1,
            deviceId: device.id,
            type: 'commandResult',
            attributes: { result: reply?.result },
          })
        if (type === 'V1') socket.write(`*HQ,${id},V4,V1,20260101000000#`)
        if (position?.fixTime != null)
          positions.push({
            id: positions.length + 1,
            deviceId: device.id,
            fixTime: new Date(position.fixTime).toISOString(),
          })
      }
    })
  })
  tcp.listen(0, '127.0.0.1')

  const answer = async (request: IncomingMessage): Promise<[status: number, body: unknown]> => {
    const url = new URL(request.url ?? '', 'http://localhost')
    const query = url.searchParams
    const deviceId = Number(query.get('deviceId'))
    const isBetween = (time: string): boolean =>
      Date.parse(time) >= Date.parse(query.get('from')!) && Date.parse(time) <= Date.parse(query.get('to')!)
    if (request.headers.authorization !== `Bearer ${TRACCAR_TOKEN}`) return [401, 'HTTP 401 Unauthorized']
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /api/devices': {
        const wanted = query.get('uniqueId')
        const shown = devices.map((device) => ({
          ...device,
          phone: null,
          model: null,
          status: sockets.has(device.id) ? 'online' : 'offline',
        }))
        return [200, shown.filter(({ uniqueId }) => wanted === null || uniqueId === wanted)]
      }
      case 'POST /api/commands/send': {
        const command = JSON.parse(await readText(request))
        const socket = sockets.get(command.deviceId)
        if (socket === undefined) return [400, 'java.lang.RuntimeException: Failed to send command\n\tat …']
        const { uniqueId } = devices.find(({ id }) => id === command.deviceId)!
        written.push({ uniqueId, text: command.attributes.data })
        socket.write(command.attributes.data)
        return [200, { ...command, id: 0, textChannel: false, description: null }]
      }
      case 'GET /api/reports/events':
        return [
          200,
          events.filter((event) => event.deviceId === deviceId && event.type === query.get('type')),
        ]
      case 'GET /api/positions':
        return [
          200,
          positions
            .filter((position) => position.deviceId === deviceId && isBetween(position.fixTime))
            .sort((a, b) => a.fixTime.localeCompare(b.fixTime)),
        ]
      default:
        return [404, 'HTTP 404 Not Found']
    }
  }
  const http = createHttpServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  http.listen(0, '127.0.0.1')
  await Promise.all([once(tcp, 'listening'), once(http, 'listening')])
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    tcpPort: (tcp.address() as AddressInfo).port,
    written,
    /** The contents of its database. */
    store: (
      uniqueId: string,
      stored: Readonly<Record<string, unknown>> & { readonly fixTime: string },
    ): void => {
      const { id } = devices.find((device) => device.uniqueId === uniqueId)!
      positions.push({ id: positions.length + 1, deviceId: id, ...stored })
    },
    isConnected: (uniqueId: string): boolean =>
      devices.some((device) => device.uniqueId === uniqueId && sockets.has(device.id)),
    close: async (): Promise<void> => {
      for (const socket of open) socket.destroy()
      http.closeAllConnections()
      await Promise.all([tcp, http].map((server) => new Promise((done) => server.close(done))))
    },
  }
}
