/**
 * The tables as data: read by the AWS constructs, by embedded mode and by the contract test.
 *
 * telemetry — one item collection per device (`pk` = device id):
 *   sk `state`                         the device state: last position, progress, newest frames (history/state.ts)
 *   sk `c#<first receivedAt>#<ordinal>` a history chunk (history/chunk.ts); index `byTime` by its smallest index time
 * fleet — everything that is written rarely and one by one:
 *   pk `device#<id>`    sk `device`    registry data, the session, and what waits, is open and is watched of commands
 *   pk `device#<id>`    sk `command#<commandId>` a command with its attempts and timeline (domain/command.ts)
 *   pk `device#<id>`    sk `label#<name>` a label of a device, to find it by (list `label#<name>`, listKey `<value>\\n<id>`);
 *                                      `labels` of the device's item is what counts
 *   pk `device#<id>`    sk `schedule#<name>` a read that is sent again and again (domain/schedule.ts)
 *   pk `device#<id>`    sk `desired`   settings that the device should keep, and what it reports of them (domain/desired.ts)
 *   pk `device#<id>`    sk `network`   the network that the device dialled in from last (list `network#<network>`)
 *   pk `gateway#<id>`   sk `lease`     that the gateway lives: renewed every 10 s; kept 40 days
 *   pk `gateway-lives`  sk `<gateway id>` when the gateway began; with its lease it says when none was there
 *   pk `evidence#<family>#<shard>` sk `<firmware>#<intent>#<dialect>` attempts counted, an attribute per verdict;
 *                                      counters of older versions stand under a typed model instead of the family
 *   pk `family#<family>` sk `family`   a family of firmware of which something was counted (list `families`; older: `models`)
 *   pk `audit#<id>`     sk `<at>#<id>#<step>` what was done with a device, by whom (list `audit`); kept permanently
 *   pk `audit#key#<key id>` likewise, where no device is concerned. Nothing changes or deletes items of `audit#…`
 *   pk `device#<id>`    sk `audit-bytes#<sk of the entry>` the bytes of a command in the audit; deleted with the device
 *   pk `unknown#<id>`   sk `unknown`   an id that is not registered, for adoption
 *   pk `stray#<id>`     sk `stray`     a tracker that spoke another protocol, or came to the HTTP port; kept a month
 *   pk `events#<id>`    sk `<at>#<event id>` an event of a device (event-history.ts; list `events`, by when it was recorded);
 *                                      kept as long as history. `events#installation`: what concerns no device that is there
 *   pk `events#<id>`    sk `moved`     the newest `device.moved` of a device (list `moved`), while someone follows it
 *   pk `openings#<hour>` sk `count`    how many ids registered themselves this hour (registration `open`)
 *   pk `campaign#<id>`  sk `campaign`  a campaign with its progress (domain/campaign.ts; list `campaigns`)
 *   pk `campaign#<id>`  sk `parts#<selection>#<chunk>` 125 of its devices each, with how their parts ended
 *   pk `campaign#<id>`  sk `concluded#<part>#<at>#<verdict>` a conclusion that is not counted yet
 *   pk `effect#<id>`    sk `effect`    an effect that people are notified of, so that it happens once; kept 8 days
 *   pk `notices#<scope>` sk `limits`   what was sent of a device and what was held back (notice-limits.ts); kept 8 days
 *   pk `places`         sk `<place id>` an area that devices enter and leave (domain/places)
 *   pk `webhooks`       sk `webhook#<id>` a webhook; sk `state#<id>` how its deliveries go (domain/webhooks)
 *   pk `webhooks`       sk `channel#<id>` a channel of notices (domain/notices/channel.ts); its state beside it likewise
 *   pk `notice-rules`   sk `rule#<id>` who is notified of what (domain/notices/rule.ts)
 *   pk `webhook-secret#<id>` sk `secret` what it signs with, or where a channel leads; one role alone may read it
 *   pk `webhook-deliveries#<id>` sk `<at>-<random>` deliveries of one batch; sk `failing#<hash>` since when an event fails.
 *                                      Kept 7 days
 *   index `byList`: `list` = `<what>#<shard>`, `listKey` = the id. Lists never scan a table.
 *   index `byDue`: sparse; `due` = `due#<shard>`, `dueAt` in ms. Everything that waits for a time is found here.
 */
export type Attribute = { readonly name: string; readonly type: 'S' | 'N' }
export type TableIndex = {
  readonly name: string
  readonly kind: 'local' | 'global'
  readonly hash: Attribute
  readonly range: Attribute
  /** Attributes projected in addition to the keys, or all. */
  readonly project: 'all' | readonly string[]
}
export type Table = {
  readonly name: string
  readonly hash: Attribute
  readonly range: Attribute
  readonly indexes: readonly TableIndex[]
  readonly ttl: string
}

const pk: Attribute = { name: 'pk', type: 'S' }
const sk: Attribute = { name: 'sk', type: 'S' }

export const tables = {
  telemetry: {
    name: 'telemetry',
    hash: pk,
    range: sk,
    indexes: [
      {
        name: 'byTime',
        kind: 'local',
        hash: pk,
        range: { name: 'from', type: 'N' },
        project: ['to', 'count'],
      },
    ],
    ttl: 'ttl',
  },
  fleet: {
    name: 'fleet',
    hash: pk,
    range: sk,
    indexes: [
      {
        name: 'byList',
        kind: 'global',
        hash: { name: 'list', type: 'S' },
        range: { name: 'listKey', type: 'S' },
        project: 'all',
      },
      {
        name: 'byDue',
        kind: 'global',
        hash: { name: 'due', type: 'S' },
        range: { name: 'dueAt', type: 'N' },
        project: 'all',
      },
    ],
    ttl: 'ttl',
  },
} as const satisfies Record<string, Table>

/** Partitions of the indexes over which lists of the fleet, and due items, are spread. */
export const LIST_SHARDS = 8
export const DUE_SHARDS = 8
/** Partitions for the evidence of one firmware family. */
export const EVIDENCE_SHARDS = 16
