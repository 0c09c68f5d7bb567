import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MailSubscriptions } from '../shared/bus/mail-subscriptions.ts'
import type { SendToWebhooks } from '../shared/bus/webhook-queue.ts'
import type { Deliveries } from '../shared/store/deliveries.ts'
import type { ChannelKind } from '../shared/domain/notices/channel.ts'
import type { NoticeChannels } from '../shared/store/notice-channels.ts'
import type { NoticeRules } from '../shared/store/notice-rules.ts'
import type { WebhookStore } from '../shared/store/webhooks.ts'
import type { Refusal, Target } from '../shared/webhooks/target.ts'
import type { CommandBus } from '../shared/bus/iot-data.ts'
import type { Dispatcher } from '../shared/commands/dispatcher.ts'
import type { InterlockLimits } from '../shared/domain/interlock.ts'
import type { Origin } from '../shared/domain/command.ts'
import type { DeviceLimit } from '../shared/domain/device-limit.ts'
import type { PutEvents } from '../shared/domain/events/bus-event.ts'
import type { Log } from '../shared/log.ts'
import type { Metrics } from '../shared/metrics.ts'
import type { ApiKeys, Scope } from '../shared/store/api-keys.ts'
import type { AuditStore } from '../shared/store/audit.ts'
import type { CampaignStore } from '../shared/store/campaigns.ts'
import type { CommandStore } from '../shared/store/commands.ts'
import type { Confirmations } from '../shared/store/confirmations.ts'
import type { DeviceLabels } from '../shared/store/device-labels.ts'
import type { DesiredStore } from '../shared/store/desired.ts'
import type { DeviceRegistry } from '../shared/store/devices.ts'
import type { DiagnosisStore } from '../shared/store/diagnosis.ts'
import type { EventReader } from '../shared/store/event-reader.ts'
import type { EvidenceStore } from '../shared/store/evidence.ts'
import type { GatewayStore } from '../shared/store/gateways.ts'
import type { HistoryReader } from '../shared/store/history.ts'
import type { IdempotencyStore } from '../shared/store/idempotency.ts'
import type { MovedInterest } from '../shared/store/moved-interest.ts'
import type { NamedCommands } from '../shared/store/named-commands.ts'
import type { PlaceStore } from '../shared/store/places.ts'
import type { Probes } from '../shared/store/probes.ts'
import type { Schedules } from '../shared/store/schedules.ts'
import type { UnknownDevices } from '../shared/store/unknown-devices.ts'
import type { WaitSlots } from '../shared/store/wait-slots.ts'
import type { RelayPolicy } from './devices/relay-policy.ts'
import type { Geocoder } from './geocode/geocoder.ts'
import type { RateLimits } from './rate-limit.ts'
import type { OpenLive } from './live/open-live.ts'
import type { Sight } from './visibility.ts'
import type { Console } from './site/console.ts'

/** The caller that a token identifies, with its permissions. */
export type Identity = {
  /** `admin`: the first admin key. `jwt:<sub>`: a token of the identity provider. */
  readonly keyId: string
  readonly name: string | null
  readonly scopes: ReadonlySet<Scope>
  /** The devices that the caller may access; null: all. */
  readonly devices: DeviceLimit | null
  /** When the key expires, ms since 1970 UTC; keys created with it expire no later. Null: never. */
  readonly expiresAt: number | null
  /** When a token of the identity provider expires, ms. Keys created with it may be valid longer. */
  readonly tokenExpiresAt?: number
  /** Only for keys in the table: the keys from which it descends. Their use is recorded there. */
  readonly ancestors?: readonly string[]
  readonly isStored?: boolean
}

/** Who sends a request, and from where. */
export type Caller = Identity & { readonly origin: Origin }

/** The identity of a bearer token; null if it is not valid. */
export type Authenticate = (token: string) => Promise<Identity | null>

export type ApiBindings = {
  /** The request context from Lambda; absent in other hosts. */
  Bindings: { requestContext?: { http?: { sourceIp?: string }; timeEpoch?: number } }
  Variables: {
    caller: Caller
    /** Which devices exist for the caller. */
    sight: Sight
    requestId: string
    /** The device that the route shows, and the route's path. */
    view?: { readonly deviceId: string; readonly path: string }
  }
}
export type App = OpenAPIHono<ApiBindings>

/** How this installation handles commands that act on a moving car. */
type EnginePolicy = { readonly isOn: boolean; readonly interlock: InterlockLimits }

/** Limits of a part of an exported file, and the length of the pieces in which it is written. */
export type FileBounds = {
  readonly maxBytes: number
  readonly maxMs: number
  readonly maxRows: number
  readonly pieceLength: number
  /** The clock of `maxMs`. */
  readonly now: () => number
}

/** Times of streams of events, ms. */
export type StreamTimes = {
  readonly pollMs: number
  /** A comment is sent after this time without an event. */
  readonly quietMs: number
  /** How soon a deleted, expired or restricted key is noticed. */
  readonly keyCheckMs: number
}

/** The dependencies of the webhook routes. */
type WebhookApiParts = {
  readonly store: WebhookStore
  readonly deliveries: Deliveries
  readonly send: SendToWebhooks
  /** Whether a URL may be a target, according to the addresses that it resolves to now. */
  readonly checkTarget: (url: string) => Promise<Target | Refusal>
}

/** The dependencies of the notice routes, in addition to those of webhooks, because notices use the same queue. */
type NoticeApiParts = {
  readonly channels: NoticeChannels
  readonly rules: NoticeRules
  /** Null if this installation sends no e-mail. */
  readonly mail: MailSubscriptions | null
  /** Services of `--notify`. */
  readonly fromCommandLine: readonly CommandLineChannel[]
}
export type CommandLineChannel = {
  readonly kind: ChannelKind
  /** For example `ntfy ntfy.sh`. */
  readonly name: string
  readonly events: readonly string[]
}

/** The dependencies of the app; tests replace some of them. */
export type ApiParts = {
  readonly devices: DeviceRegistry
  readonly deviceLabels: DeviceLabels
  readonly unknownDevices: UnknownDevices
  readonly keys: ApiKeys
  readonly history: HistoryReader
  readonly diagnosis: DiagnosisStore
  readonly commands: CommandStore
  readonly dispatcher: Dispatcher
  readonly evidence: EvidenceStore
  readonly events: EventReader
  readonly putEvents: PutEvents
  readonly webhooks: WebhookApiParts
  readonly notices: NoticeApiParts
  readonly movedInterest: Pick<MovedInterest, 'listenUntil'>
  readonly audit: AuditStore
  readonly namedCommands: NamedCommands
  readonly places: PlaceStore
  readonly gateways: GatewayStore
  readonly bus: Pick<CommandBus, 'sendControl'>
  readonly probes: Probes
  readonly schedules: Schedules
  readonly desired: DesiredStore
  readonly campaigns: CampaignStore
  /** Advances a campaign as far as possible now; the sweep does the rest. */
  readonly advanceCampaign: (campaignId: string) => Promise<unknown>
  readonly confirmations: Confirmations
  readonly idempotency: IdempotencyStore
  readonly waitSlots: WaitSlots
  readonly openLive: OpenLive
  readonly engine: EnginePolicy
  /** Without it, no device can be relayed to another server. */
  readonly relay?: RelayPolicy
  /** Without it, the API returns no addresses of positions. */
  readonly geocoder?: Geocoder | null
  readonly authenticate: Authenticate
  readonly rateLimits?: RateLimits
  readonly metrics?: Pick<Metrics, 'count' | 'flush'>
  readonly log: Log
  readonly now: () => number
  /** Limits of a part of an exported file; default: the usual ones. */
  readonly fileBounds?: Partial<FileBounds>
  /** Whether the host streams bodies: then an exported file is one answer, and event streams are available. */
  readonly streamsFiles?: boolean
  /** The origin of links that people get; null or missing: the origin of the request. */
  readonly publicOrigin?: string | null
  /** Whether the URL of a live view uses the address of the request instead of the MQTT endpoint. */
  readonly liveThroughApi?: boolean
  /** Times of streams; default: the usual ones. */
  readonly streamTimes?: Partial<StreamTimes>
  /** The page at `/`; missing in tests of the API alone. */
  readonly console?: Console
}
