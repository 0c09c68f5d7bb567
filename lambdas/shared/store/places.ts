import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { DeviceLimit } from '../domain/device-limit.ts'
import { fleetKeys } from '../domain/device.ts'
import type { Point } from '../domain/distance.ts'
import { isPlaceId, placeLimits, type Place, type Shape } from '../domain/places/place.ts'
import { conditionHolds } from './condition-holds.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { toUpdate } from './fleet-update.ts'
import { queryAll } from './query-pages.ts'

type NewPlace = Omit<Place, 'createdAt' | 'changedAt'>
/** The fields that can be changed later. */
type PlaceChanges = Partial<Pick<Place, 'name' | 'shape' | 'devices' | 'stayMinutes'>>

export type PlaceStore = {
  /** All places, by id. */
  readonly list: () => Promise<Place[]>
  readonly get: (placeId: string) => Promise<Place | null>
  /** `full`: the limit is reached. An existing place with this id is not changed. */
  readonly create: (newPlace: NewPlace) => Promise<'made' | 'exists' | 'full'>
  /** False if there is none. */
  readonly change: (placeId: string, changes: PlaceChanges) => Promise<boolean>
  /** False if there was none. */
  readonly remove: (placeId: string) => Promise<boolean>
}

const FORMAT = 1

export function createPlaceStore({
  client,
  table,
  now = Date.now,
}: FleetTable & { readonly now?: () => number }): PlaceStore {
  const list = async (): Promise<Place[]> => {
    const items = await queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': fleetKeys.place('').pk },
    })
    return items.filter(({ v }) => v === FORMAT).map(toPlace)
  }
  return {
    list,
    get: async (placeId) => {
      // DynamoDB rejects long keys, and a path parameter may be anything.
      if (!isPlaceId(placeId)) return null
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: fleetKeys.place(placeId), ConsistentRead: true }),
      )
      return Item?.v === FORMAT ? toPlace(Item) : null
    },
    create: async ({ shape, ...fields }) => {
      const known = await list()
      if (known.some(({ placeId }) => placeId === fields.placeId)) return 'exists'
      if (known.length >= placeLimits.maxPlaces) return 'full'
      const at = now()
      const Item = {
        ...fleetKeys.place(fields.placeId),
        v: FORMAT,
        ...fields,
        shape: writeShape(shape),
        createdAt: at,
        changedAt: at,
      }
      const put = new PutCommand({
        TableName: table,
        Item,
        ConditionExpression: 'attribute_not_exists(pk)',
      })
      return (await conditionHolds(client.send(put))) ? 'made' : 'exists'
    },
    change: (placeId, { shape, ...changes }) =>
      conditionHolds(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: fleetKeys.place(placeId),
            ...toUpdate({
              set: { ...changes, ...(shape && { shape: writeShape(shape) }), changedAt: now() },
              setIfAbsent: {},
              remove: [],
            }),
            ConditionExpression: 'attribute_exists(pk)',
          }),
        ),
      ),
    remove: async (placeId) => {
      if (!isPlaceId(placeId)) return false
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName: table, Key: fleetKeys.place(placeId), ReturnValues: 'ALL_OLD' }),
      )
      return Attributes !== undefined
    },
  }
}

/** Only numbers, because ingest reads all places repeatedly, and attribute names would be most of their bytes. */
const writeShape = (shape: Shape) =>
  shape.type === 'circle'
    ? {
        type: shape.type,
        numbers: [shape.center.latitude, shape.center.longitude, shape.radiusMeters],
      }
    : {
        type: shape.type,
        numbers: shape.corners.flatMap(({ latitude, longitude }) => [latitude, longitude]),
      }

function readShape({ type, numbers }: ReturnType<typeof writeShape>): Shape {
  const points: Point[] = []
  for (let i = 0; i + 1 < numbers.length; i += 2)
    points.push({ latitude: numbers[i]!, longitude: numbers[i + 1]! })
  return type === 'circle'
    ? { type, center: points[0]!, radiusMeters: numbers[2]! }
    : { type, corners: points }
}

const toPlace = (item: FleetItem): Place => ({
  placeId: String(item.placeId),
  name: String(item.name),
  shape: readShape(item.shape as ReturnType<typeof writeShape>),
  devices: (item.devices as DeviceLimit | null | undefined) ?? null,
  limit: (item.limit as DeviceLimit | null | undefined) ?? null,
  stayMinutes: typeof item.stayMinutes === 'number' ? item.stayMinutes : null,
  createdAt: Number(item.createdAt),
  createdBy: String(item.createdBy),
  changedAt: Number(item.changedAt),
})
