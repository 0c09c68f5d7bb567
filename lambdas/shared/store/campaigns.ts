import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { forEachLimited } from '../concurrency.ts'
import { CHUNK_PARTS, chunkOf, type Campaign, type Part, type PartConclusion } from '../domain/campaign.ts'
import { fleetKeys } from '../domain/device.ts'
import type { Verdict } from '../domain/verdict.ts'
import { isUnexpired, ttlAfter } from './expiry.ts'
import { toAuditPuts, type NewAuditEntry } from './audit.ts'
import { batchGet, type Key } from './batch-get.ts'
import type { FleetItem, FleetTable } from './fleet-list.ts'
import { conditionHolds } from './condition-holds.ts'
import { transact } from './transact.ts'
import { queryPages } from './query-pages.ts'

/** A conclusion that waits to be counted, and where it is stored. */
type WaitingConclusion = PartConclusion & { readonly key: Key }

/** A change of a campaign and of some of its parts, by index; all of it is written or nothing. */
type CampaignSave = {
  readonly before: Campaign
  readonly after: Campaign
  /** All parts of the chunks that contain a changed part. */
  readonly parts: ReadonlyMap<number, Part>
  readonly changed: Iterable<number>
  readonly audit?: readonly NewAuditEntry[]
}

/**
 * Campaigns in the fleet table: `pk campaign#<id>` holds the campaign, its parts in chunks, and conclusions of commands
 * that are not counted yet. All methods throw when the table cannot be reached.
 */
export type CampaignStore = {
  /** Stores a new campaign. False if the id exists. */
  readonly create: (campaign: Campaign, parts: readonly Part[]) => Promise<boolean>
  /** Consistent. */
  readonly get: (campaignId: string) => Promise<Campaign | null>
  /** Newest first. `next`: pass it as `after` for older ones; null at the end. */
  readonly list: (page: {
    readonly after?: string | undefined
    readonly limit: number
  }) => Promise<{ readonly campaigns: readonly Campaign[]; readonly next: string | null }>
  /** Parts of these chunks, by index. Consistent. */
  readonly readChunks: (campaign: Campaign, chunks: Iterable<number>) => Promise<Map<number, Part>>
  /** `changed`: another writer was faster; read and decide again. */
  readonly save: (save: CampaignSave) => Promise<'saved' | 'changed'>
  /** Stores the conclusion of a part's command for the next step, as a separate item, so that writers never conflict. */
  readonly leaveConclusion: (campaignId: string, conclusion: PartConclusion) => Promise<void>
  readonly waitingConclusions: (campaignId: string) => Promise<WaitingConclusion[]>
  readonly dropConclusions: (conclusions: readonly WaitingConclusion[]) => Promise<void>
}

const LIST = 'campaigns'
/** Campaigns are kept as long as the commands that they made. */
const KEPT_SECONDS = 400 * 86_400
const WRITES_IN_FLIGHT = 8
/** Conclusions counted in one step; the next step counts the rest. */
const MAX_WAITING = 2_000

const ttlOf = ({ createdAt }: Pick<Campaign, 'createdAt'>): number =>
  Math.ceil(createdAt / 1_000) + KEPT_SECONDS

export function createCampaignStore({
  client,
  table,
  now = Date.now,
}: FleetTable & { now?: () => number }): CampaignStore {
  const isKept = isUnexpired(now)

  return {
    create: async (campaign, parts) => {
      const chunks = Array.from({ length: Math.ceil(parts.length / CHUNK_PARTS) }, (_, n) => n)
      const byIndex = new Map(parts.entries())
      // Chunks are written first. If the request fails here, they belong to no campaign, because a campaign names its selection.
      await forEachLimited(chunks, WRITES_IN_FLIGHT, async (chunk) => {
        await client.send(new PutCommand({ TableName: table, Item: toChunkItem(campaign, chunk, byIndex) }))
      })
      return conditionHolds(
        client.send(
          new PutCommand({
            TableName: table,
            Item: toItem(campaign),
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      )
    },

    get: async (campaignId) => {
      const Key = fleetKeys.campaign(campaignId)
      const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))
      return Item && isKept(Item) ? toCampaign(Item) : null
    },

    list: async ({ after, limit }) => {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'byList',
          Limit: limit,
          ScanIndexForward: false,
          KeyConditionExpression:
            after === undefined ? '#list = :list' : '#list = :list and listKey < :after',
          ExpressionAttributeNames: { '#list': 'list' },
          ExpressionAttributeValues: { ':list': LIST, ...(after !== undefined && { ':after': after }) },
        }),
      )
      const items = page.Items ?? []
      return {
        campaigns: items.filter(isKept).map(toCampaign),
        next: page.LastEvaluatedKey ? String(items.at(-1)?.listKey) : null,
      }
    },

    readChunks: async ({ campaignId, selection }, chunks) => {
      const keys = [...new Set(chunks)].map((chunk) => fleetKeys.campaignChunk(campaignId, selection, chunk))
      const items = await batchGet(client, table, keys, { consistent: true })
      return new Map(items.flatMap(toParts))
    },

    save: async ({ before, after, parts, changed, audit = [] }) => {
      const chunks = [...new Set([...changed].map(chunkOf))]
      const failed = await transact(client, [
        {
          Put: {
            TableName: table,
            Item: toItem({ ...after, version: before.version + 1 }),
            ConditionExpression: '#version = :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': before.version },
          },
        },
        ...chunks.map((chunk) => ({ Put: { TableName: table, Item: toChunkItem(after, chunk, parts) } })),
        ...audit.flatMap((entry) => toAuditPuts(table, entry)),
      ])
      return failed.length === 0 ? 'saved' : 'changed'
    },

    leaveConclusion: async (campaignId, { part, at, verdict, reason }) => {
      const Item = {
        ...fleetKeys.campaignConclusion(campaignId, part, at, verdict),
        campaignId,
        part,
        at,
        verdict,
        reason,
        ttl: ttlAfter(now(), KEPT_SECONDS),
      }
      await client.send(new PutCommand({ TableName: table, Item }))
    },

    waitingConclusions: async (campaignId) => {
      const { pk, sk } = fleetKeys.campaignConclusion(campaignId, null, 0, '')
      const found: WaitingConclusion[] = []
      for await (const page of queryPages(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk and begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': sk },
      })) {
        for (const item of page) found.push(toConclusion(item))
        if (found.length >= MAX_WAITING) break
      }
      return found
    },

    dropConclusions: (conclusions) =>
      forEachLimited(conclusions, WRITES_IN_FLIGHT, async ({ key }) => {
        await client.send(new DeleteCommand({ TableName: table, Key: key }))
      }),
  }
}

function toItem(campaign: Campaign): FleetItem {
  const { dueAt, campaignId, ...fields } = campaign
  return {
    ...fleetKeys.campaign(campaignId),
    campaignId,
    ...fields,
    list: LIST,
    listKey: campaignId,
    // Indexed attributes are numbers or absent: null is neither.
    ...(dueAt !== null && { due: fleetKeys.dueOf(campaignId), dueAt }),
    ttl: ttlOf(campaign),
  }
}

function toCampaign(item: FleetItem): Campaign {
  const { pk: _pk, sk: _sk, list: _list, listKey: _listKey, due: _due, ttl: _ttl, ...fields } = item
  const campaign = fields as unknown as Campaign
  return { ...campaign, dueAt: typeof campaign.dueAt === 'number' ? campaign.dueAt : null }
}

/** Short names, so that 125 parts cost few write units. */
type StoredPart = {
  readonly d: string
  readonly f: string
  readonly c?: number
  readonly o?: Part['outcome']
  readonly r?: string
  readonly e?: number
}

function toChunkItem(campaign: Campaign, chunk: number, parts: ReadonlyMap<number, Part>): FleetItem {
  const from = chunk * CHUNK_PARTS
  const length = Math.min(CHUNK_PARTS, campaign.progress.total - from)
  const stored = Array.from({ length }, (_, i): StoredPart => {
    const part = parts.get(from + i)
    if (part === undefined)
      throw new Error(`part ${from + i} of campaign ${campaign.campaignId} was not read`)
    const { deviceId, firmware, claimedAt, outcome, reason, concludedAt } = part
    return {
      d: deviceId,
      f: firmware,
      ...(claimedAt !== null && { c: claimedAt }),
      ...(outcome !== null && { o: outcome }),
      ...(reason !== null && { r: reason }),
      ...(concludedAt !== null && { e: concludedAt }),
    }
  })
  const { campaignId, selection, v } = campaign
  return {
    ...fleetKeys.campaignChunk(campaignId, selection, chunk),
    v,
    chunk,
    parts: stored,
    ttl: ttlOf(campaign),
  }
}

const toParts = (item: FleetItem): [number, Part][] =>
  (item.parts as readonly StoredPart[]).map((part, i) => [
    Number(item.chunk) * CHUNK_PARTS + i,
    {
      deviceId: part.d,
      firmware: part.f,
      claimedAt: part.c ?? null,
      outcome: part.o ?? null,
      reason: part.r ?? null,
      concludedAt: part.e ?? null,
    },
  ])

const toConclusion = (item: FleetItem): WaitingConclusion => ({
  key: { pk: String(item.pk), sk: String(item.sk) },
  part: Number(item.part),
  at: Number(item.at),
  verdict: item.verdict as Verdict,
  reason: typeof item.reason === 'string' ? item.reason : null,
})
