import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { maskText } from '#h02/catalogue/index.ts'
import type { components } from '../../../lambdas/api/openapi-types.ts'
import type { ApiClient } from '../api-client.ts'
import { answering, dataOf } from './answer.ts'

type Device = components['schemas']['Device']
type Position = components['schemas']['Position']
type Client = () => Promise<ApiClient>

export const deviceId = z
  .string()
  .regex(/^\d{1,15}$/)
  .describe('The id of the device: 1 to 15 digits, as list_devices shows it')
const time = (what: string) =>
  z.iso
    .datetime({ offset: true })
    .optional()
    .describe(`${what}: ISO 8601 with a zone, such as 2026-01-31T08:00:00Z`)
const cursor = z
  .string()
  .optional()
  .describe('nextCursor of the answer before: the other parameters stay as they were')

const readOnly = { readOnlyHint: true, openWorldHint: false } as const

/** The fields of a device that an assistant sees: no password, and no text that contains one. */
const shownOf = ({ deviceId, name, model, firmware, online, lastSeen, lastPosition, ...device }: Device) => ({
  deviceId,
  name,
  model: model ?? device.seenModel,
  firmware,
  online,
  lastSeen,
  lastPosition,
  ignitionOn: device.ignitionOn,
  alarms: device.alarms,
  batteryPercent: device.batteryPercent,
  voltage: device.voltage,
  gsm: device.gsm,
  satellites: device.satellites,
  contestedUntil: device.contestedUntil,
  commands: device.commands,
})

/** A position in few words: an assistant reads hundreds. */
const toPoint = ({ fixTime, receivedAt, alarms, late, ...position }: Position) => ({
  fixTime: fixTime ?? receivedAt,
  latitude: position.latitude,
  longitude: position.longitude,
  speedKmh: position.speedKmh,
  course: position.course,
  ignitionOn: position.ignitionOn,
  ...(alarms.length > 0 && { alarms }),
  ...(late && { late }),
})

/** Tools that change nothing. */
export function addReadTools(server: McpServer, client: Client): void {
  addDeviceTools(server, client)
  addRecordTools(server, client)
}

/** How devices are now. */
function addDeviceTools(server: McpServer, client: Client): void {
  server.registerTool(
    'list_devices',
    {
      title: 'Devices',
      description:
        'The trackers of the fleet: names, models, whether they are online, and where they were last.',
      inputSchema: {
        q: z.string().min(1).max(100).optional().describe('Part of the id or the name'),
        online: z.boolean().optional(),
        labels: z.string().optional().describe('Such as fleet=north,color=red: all must fit'),
        limit: z.int().min(1).max(100).default(50),
        cursor,
      },
      annotations: readOnly,
    },
    ({ q, online, labels, limit, cursor }) =>
      answering(async () => {
        const onlineFilter =
          online === undefined ? undefined : online ? ('true' as const) : ('false' as const)
        const query = { q, online: onlineFilter, labels, limit, cursor }
        const page = await dataOf((await client()).GET('/v1/devices', { params: { query } }))
        return { devices: page.items.map(shownOf), nextCursor: page.nextCursor }
      }),
  )

  server.registerTool(
    'where_is',
    {
      title: 'Where a device is',
      description:
        'Last position and state of one device. lastPosition.fixTime says how old the position is; online whether it has a connection now.',
      inputSchema: { deviceId },
      annotations: readOnly,
    },
    ({ deviceId }) =>
      answering(async () => {
        const params = { path: { deviceId } }
        return shownOf(await dataOf((await client()).GET('/v1/devices/{deviceId}', { params })))
      }),
  )

  server.registerTool(
    'diagnosis',
    {
      title: 'Why a tracker is silent',
      description:
        'A verdict (online, asleep, supply-cut, unknown-id, we-were-down …) with the evidence for it, and what to do. not-known means that nothing recorded explains it: do not guess further.',
      inputSchema: { deviceId },
      annotations: readOnly,
    },
    ({ deviceId }) =>
      answering(async () => {
        const params = { path: { deviceId } }
        const found = await dataOf((await client()).GET('/v1/devices/{deviceId}/diagnosis', { params }))
        const evidence = found.evidence.map((one) => ({
          ...one,
          frame: one.frame === null ? null : maskText(one.frame),
        }))
        return { ...found, evidence }
      }),
  )
}

/** What was recorded: positions, events, and how firmware answered. */
function addRecordTools(server: McpServer, client: Client): void {
  server.registerTool(
    'history',
    {
      title: 'History of a device',
      description: 'Positions of one device in a time, newest first unless order is asc.',
      inputSchema: {
        deviceId,
        from: time('From'),
        to: time('Until'),
        order: z.enum(['desc', 'asc']).default('desc'),
        limit: z.int().min(1).max(500).default(100),
        cursor,
      },
      annotations: readOnly,
    },
    ({ deviceId, from, to, order, limit, cursor }) =>
      answering(async () => {
        const params = { path: { deviceId }, query: { from, to, order, limit, cursor } }
        const page = await dataOf((await client()).GET('/v1/devices/{deviceId}/positions', { params }))
        return { deviceId, positions: page.items.map(toPoint), nextCursor: page.nextCursor }
      }),
  )

  server.registerTool(
    'events',
    {
      title: 'Events',
      description:
        'What happened: alarms, devices online and offline, commands that ended, unknown devices, newest first.',
      inputSchema: {
        deviceId: deviceId.optional(),
        type: z
          .string()
          .optional()
          .describe('Some of device.online, alarm.raised, command.concluded …, by commas'),
        from: time('From'),
        to: time('Until'),
        limit: z.int().min(1).max(200).default(50),
        cursor,
      },
      annotations: readOnly,
    },
    (query) =>
      answering(async () => {
        const page = await dataOf((await client()).GET('/v1/events', { params: { query } }))
        return { events: page.items, nextCursor: page.nextCursor }
      }),
  )

  server.registerTool(
    'evidence',
    {
      title: 'What firmware answers',
      description:
        'How often each command was answered and took effect, as counted here. Without a family it lists the families of firmware.',
      inputSchema: { family: z.string().optional().describe('Such as ST906, or a whole firmware') },
      annotations: readOnly,
    },
    ({ family }) =>
      answering(async () => {
        const query = { model: family }
        return dataOf((await client()).GET('/v1/evidence', { params: { query } }))
      }),
  )
}
