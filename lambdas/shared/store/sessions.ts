import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { textOf } from '../attributes.ts'
import type { Command } from '../domain/command.ts'
import type { ListedCommand } from '../domain/device-commands.ts'
import { fleetKeys, type AckPolicy, type Session } from '../domain/device.ts'
import { effectiveModel } from '../domain/firmware.ts'
import type { LiveGrant } from '../domain/live-grant.ts'
import type { Key } from './batch-get.ts'
import { sessionOf, toCommand, toDeviceCommands } from './command-items.ts'
import { establish, type Established, type EstablishedSession } from './contests.ts'
import { readContest } from '../domain/contested.ts'
import { isInNetworks, networkOf } from '../domain/network.ts'
import { readRelay, type RelayTarget } from '../domain/relay.ts'
import { readSources, writeSources } from './sources.ts'
import { noteNetwork } from './device-networks.ts'
import { conditionHolds } from './condition-holds.ts'
import { IS_REGISTERED } from './device-item.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { renewLease } from './gateways.ts'
import { grantsOf, isKeyValid } from './live-grants.ts'
import { readIgnitionWiring } from './registered-device.ts'
import { createUnregisteredStore, type UnregisteredStore } from './unregistered.ts'

/** The data that a gateway gets at login. `epoch` counts logins of the device: the session with the highest epoch owns it. */
export type Login = {
  readonly epoch: number
  readonly ackPolicy: AckPolicy
  readonly model: string | null
  /** The device's own password, for text commands. */
  readonly password: string | null
  /** The session that this login ended; null if the last one was released. */
  readonly previous: Session | null
  /** Number of waiting commands. */
  readonly queued: number
  /** What the previous gateway conducted when it lost the device: the new one adopts it. */
  readonly open: ListedCommand | null
  readonly openRestore: ListedCommand | null
  readonly watching: readonly ListedCommand[]
  /** Who watches the device live; ended grants and grants of deleted keys may be among them. */
  readonly liveGrants: readonly LiveGrant[]
  /** Contested until then, ms: no session is closed in favour of another, and no dangerous command is accepted. */
  readonly contestedUntil: number | null
  /** Address of the device's last established session; null: none yet. */
  readonly establishedFrom: string | null
  /** Networks (CIDR) that the device may connect from; null: any. */
  readonly sources: readonly string[] | null
  /** How long its last sessions usually lasted, ms: the median of up to four (of two, the lower one); null: not known. */
  readonly usualSessionMs: number | null
  /**
   * True if the ignition bit of the status word is inverted. A tracker without the wire chooses its interval by the bit that
   * it sends, so for gateways that is the normal wiring.
   */
  readonly ignitionInverted: boolean
  /** True if settings are desired of the device, so that its sessions and boot frames are reported. */
  readonly keepsSettings: boolean
  /** Another server that gets a copy of what it sends; null: none. */
  readonly relay: RelayTarget | null
}

/** A device as a gateway reads it between logins. */
export type DeviceSettings = Omit<Login, 'epoch' | 'previous'> & { readonly session: Session | null }

export type LoginRequest = {
  readonly deviceId: string
  readonly sessionId: string
  readonly gatewayId: string
  readonly remoteAddress: string
}

/** The operations of gateways on the fleet table. All methods throw when the table cannot be reached. */
export type SessionStore = UnregisteredStore & {
  /**
   * Takes over the device's session; null if the device is not registered. `source-refused`: the address is not in its
   * `sources`, and nothing changes. Safe to repeat with the same session.
   */
  readonly login: (request: LoginRequest) => Promise<Login | 'source-refused' | null>
  /** Strongly consistent; null if the device is not registered (any more). */
  readonly readDevice: (deviceId: string) => Promise<DeviceSettings | null>
  /** Strongly consistent: an adopted command with its facts. */
  readonly readCommand: (deviceId: string, commandId: string) => Promise<Command | null>
  /** Whether an API key exists, has not expired, and is not restricted to other devices. Strongly consistent. */
  readonly isKeyValid: (keyId: string, deviceId: string) => Promise<boolean>
  /** Renews the gateway's lease; called every `leaseEveryMs`. */
  readonly renewLease: (gatewayId: string) => Promise<void>
  /** Releases the session, if the gateway still has it. */
  readonly logout: (deviceId: string, sessionId: string) => Promise<void>
  /** Marks the session as established: later sessions from its network are established at once. */
  readonly establish: (deviceId: string, session: EstablishedSession) => Promise<Established>
}

const HOUR_MS = 3_600_000
/**
 * How soon after a login the sweep first checks when the device last sent something; after that it knows when to check
 * again.
 */
const SILENCE_LOOK_MS = HOUR_MS
const MAX_LOGIN_TRIES = 5

export function createSessionStore({
  client,
  table,
  onOpeningsUsedUp = () => {},
  now = Date.now,
}: {
  client: DynamoDBDocumentClient
  table: string
  /** Called for each id that could not register itself because this hour's limit is reached. */
  onOpeningsUsedUp?: () => void
  now?: () => number
}): SessionStore {
  return {
    login: async (request) => {
      // The allowed sources are in the item: a device with sources needs a second call.
      let sources: readonly string[] | null = null
      for (let tried = 0; tried < MAX_LOGIN_TRIES; tried++) {
        const answer = await takeSession({ client, table }, request, { sources, at: now() })
        if (answer === null || 'epoch' in answer) return answer
        const isAllowed = answer.sources === null || isInNetworks(request.remoteAddress, answer.sources)
        if (!isAllowed) return 'source-refused'
        ;({ sources } = answer)
      }
      throw new Error('the sources of a device were changed during each login')
    },

    readDevice: async (deviceId) => {
      const item = await readItem({ client, table }, fleetKeys.device(deviceId))
      if (item?.registeredAt === undefined || item.deletedAt !== undefined) return null
      const { epoch: _epoch, previous: _previous, ...settings } = toLogin(item)
      return { ...settings, session: sessionOf(item) }
    },

    readCommand: async (deviceId, commandId) => {
      const item = await readItem({ client, table }, fleetKeys.command(deviceId, commandId))
      return item ? toCommand(item) : null
    },

    isKeyValid: (keyId, deviceId) => isKeyValid({ client, table }, { keyId, deviceId }, now()),

    renewLease: (gatewayId) => renewLease({ client, table, now }, gatewayId),

    logout: async (deviceId, sessionId) => {
      await conditionHolds(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: fleetKeys.device(deviceId),
            UpdateExpression:
              'SET life3 = if_not_exists(life2, :none), life2 = if_not_exists(life1, :none),' +
              ' life1 = :now - #session.since REMOVE #session',
            ConditionExpression: '#session.sessionId = :id',
            ExpressionAttributeNames: { '#session': 'session' },
            ExpressionAttributeValues: { ':id': sessionId, ':now': now(), ':none': null },
          }),
        ),
      )
    },

    establish: (deviceId, session) => establish({ client, table }, deviceId, session),

    ...createUnregisteredStore({ client, table }, { onOpeningsUsedUp, now }),
  }
}

async function readItem({ client, table }: FleetTable, Key: Key): Promise<FleetItem | null> {
  const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))
  return Item ?? null
}

/**
 * One login while the item's `sources` are these. `{ sources }`: they differ, and nothing changed. Null: not
 * registered.
 */
async function takeSession(
  { client, table }: FleetTable,
  { deviceId, sessionId, gatewayId, remoteAddress }: LoginRequest,
  { sources, at }: { readonly sources: readonly string[] | null; readonly at: number },
): Promise<Login | { readonly sources: readonly string[] | null } | null> {
  try {
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: table,
        Key: fleetKeys.device(deviceId),
        UpdateExpression:
          'ADD epoch :one SET previous = if_not_exists(#session, :none), #session = :session,' +
          ' due = if_not_exists(due, :due), dueAt = if_not_exists(dueAt, :dueAt)',
        ConditionExpression:
          `${IS_REGISTERED} and (attribute_not_exists(#session) or #session.sessionId <> :id)` +
          (sources === null ? ' and attribute_not_exists(sources)' : ' and sources = :sources'),
        ExpressionAttributeNames: { '#session': 'session' },
        ExpressionAttributeValues: {
          ':one': 1,
          ':none': null,
          ':id': sessionId,
          ':session': { sessionId, gatewayId, remoteAddress, since: at },
          ':due': fleetKeys.dueOf(deviceId),
          ':dueAt': at + SILENCE_LOOK_MS,
          ...(sources !== null && { ':sources': writeSources(sources) }),
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    const network = networkOf(remoteAddress)
    if (network !== null && Attributes?.network !== network) {
      await noteNetwork({ client, table }, { deviceId, network, at })
    }
    return toLogin(Attributes ?? {})
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    const found = error.Item
    if (found?.registeredAt === undefined || found.deletedAt !== undefined) return null
    if (found.session?.M?.sessionId?.S === sessionId) {
      // The answer to our own earlier request was lost: the session is ours already.
      const item = await readItem({ client, table }, fleetKeys.device(deviceId))
      // It was taken over in the meantime: the new owner adopts open commands.
      return item && sessionOf(item)?.sessionId === sessionId
        ? toLogin(item)
        : toLogin({
            epoch: Number(found.epoch?.N),
            ackPolicy: found.ackPolicy?.S,
            model: found.model?.S,
            seenModel: found.seenModel?.S,
            seenFirmware: found.seenFirmware?.S,
          })
    }
    return { sources: readSources(found.sources?.S) }
  }
}

const toLogin = (item: FleetItem): Login => {
  const { queue, open, openRestore, watching } = toDeviceCommands(item)
  return {
    epoch: Number(item.epoch ?? 0),
    ackPolicy: (item.ackPolicy as AckPolicy | undefined) ?? 'auto',
    model: effectiveModel({
      model: textOf(item.model),
      seenModel: textOf(item.seenModel),
      seenFirmware: textOf(item.seenFirmware),
    }),
    password: typeof item.password === 'string' ? item.password : null,
    previous: item.previous ? { ...(item.previous as Session), epoch: Number(item.epoch) - 1 } : null,
    queued: queue.length,
    open,
    openRestore,
    watching,
    liveGrants: grantsOf(item),
    contestedUntil: readContest(item).contestedUntil,
    establishedFrom: typeof item.establishedFrom === 'string' ? item.establishedFrom : null,
    sources: readSources(item.sources),
    usualSessionMs: usualSessionMs(item),
    ignitionInverted: readIgnitionWiring(item) === 'inverted',
    keepsSettings: item.keepsSettings === true,
    relay: readRelay(item.relay),
  }
}

/** From the session that a login just ended, and from those released before. */
function usualSessionMs({ session, previous, life1, life2, life3 }: FleetItem): number | null {
  const ended = previous && session ? (session as Session).since - (previous as Session).since : null
  const lives = [ended, life1, life2, life3]
    .filter((life): life is number => typeof life === 'number')
    .toSorted((a, b) => a - b)
  return lives[Math.floor((lives.length - 1) / 2)] ?? null
}
