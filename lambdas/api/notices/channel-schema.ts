import { z } from '@hono/zod-openapi'
import { channelKinds, type ChannelTarget, type KnownChannel } from '../../shared/domain/notices/channel.ts'
import { orNull, receivedTime, toReceivedIso } from '../iso-time.ts'
import { atLeastOneOf, exactly, lineOfText } from '../validation.ts'

const secret = (pattern: RegExp, what: string) =>
  z
    .string()
    .regex(pattern, `expected ${what}`)
    .openapi({ description: `${what}. It is not shown again` })

const url = (description: string, example: string) =>
  z.string().max(2_048).openapi({ format: 'uri', description, example })

/** A path is allowed, for a server behind a proxy. A query is not allowed, because the topic is appended to the URL. */
const isServer = (text: string): boolean => URL.canParse(text) && !/[?#]/.test(text)

const ntfy = exactly({
  kind: z.literal('ntfy'),
  server: url('The server: an https URL without a query', 'https://ntfy.sh')
    .refine(isServer, 'expected the URL of a server, without a query')
    .default('https://ntfy.sh'),
  topic: secret(/^[\w-]{1,64}$/, 'a topic of 1 to 64 letters, digits, _ and -'),
  token: secret(/^[\w.-]{1,200}$/, 'an access token of the server').nullish(),
}).openapi('NtfyTarget')
const telegram = exactly({
  kind: z.literal('telegram'),
  botToken: secret(/^\d{1,20}:[\w-]{1,100}$/, 'the token of a bot, as BotFather gives it'),
  chat: z
    .string()
    .regex(/^(?:-?\d{1,20}|@\w{1,64})$/, 'expected the number of a chat, or @ and the name of a channel')
    .openapi({ example: '-1001234567890' }),
}).openapi('TelegramTarget')
const pushover = exactly({
  kind: z.literal('pushover'),
  appToken: secret(/^\w{1,64}$/, 'the token of an application'),
  userKey: secret(/^\w{1,64}$/, 'the key of a user or a group'),
}).openapi('PushoverTarget')
const webhook = exactly({
  kind: z.literal('webhook'),
  url: url(
    'Where notices are posted to as JSON. Its host alone is shown again',
    'https://hooks.example.com/notices',
  ),
}).openapi('WebhookTarget')
const email = exactly({
  kind: z.literal('email'),
  address: z.email('expected an e-mail address').max(254).openapi({
    description: 'SNS first asks the owner of the address for consent. On AWS only',
    example: 'me@example.com',
  }),
}).openapi('EmailTarget')

const target = z
  .discriminatedUnion('kind', [ntfy, telegram, pushover, webhook, email])
  .openapi('NoticeTarget')
export type TargetInput = z.output<typeof target>

const name = lineOfText(80).openapi({ example: 'My phone' })
export const newChannelSchema = exactly({ name, target }).openapi('NewNoticeChannel')
export const channelPatchSchema = atLeastOneOf(
  exactly({ name: name.optional(), target: target.optional() }),
).openapi('NoticeChannelPatch')

export const channelSchema = z
  .object({
    channelId: z.string(),
    name: z.string(),
    kind: z.enum(channelKinds),
    where: z.string().openapi({
      description: 'The target without topics, tokens, keys and paths, which are not shown again',
      example: 'ntfy.sh',
    }),
    lastDeliveredAt: receivedTime.nullable(),
    lastFailureAt: receivedTime
      .nullable()
      .openapi({ description: 'Null: nothing has failed since the last delivery' }),
    lastFailure: z.string().nullable().openapi({
      description: 'The obstacle, or the answer of the service',
      example: 'HTTP 401: unauthorized',
    }),
    createdAt: receivedTime,
    createdBy: z.string(),
  })
  .openapi('NoticeChannel')

export const channelListSchema = z
  .object({
    items: z.array(channelSchema),
    fromCommandLine: z
      .array(z.object({ kind: z.enum(channelKinds), name: z.string(), events: z.array(z.string()) }))
      .openapi({ description: 'Services of `--notify`: they get these events without a rule' }),
  })
  .openapi('NoticeChannelList')

const toIsoOrNull = orNull(toReceivedIso)

export const toChannelAnswer = ({
  channel: { channelId, name, kind, where, createdAt, createdBy },
  result: { deliveredAt, failure },
}: KnownChannel): z.infer<typeof channelSchema> => ({
  channelId,
  name,
  kind,
  where,
  lastDeliveredAt: toIsoOrNull(deliveredAt),
  lastFailureAt: toIsoOrNull(failure?.at ?? null),
  lastFailure: failure?.reason ?? null,
  createdAt: toReceivedIso(createdAt),
  createdBy,
})

/** The stored form, and the URL whose host must be checked; null for services with a known host. */
export function toTarget(given: TargetInput): {
  readonly target: ChannelTarget
  readonly checkUrl: string | null
} {
  switch (given.kind) {
    case 'ntfy': {
      const { kind, server, topic, token = null } = given
      const at = `${server.replace(/\/+$/, '')}/${topic}`
      return { target: { kind, url: at, token }, checkUrl: at }
    }
    case 'telegram':
      return {
        target: { kind: 'telegram', botToken: given.botToken, chatId: given.chat },
        checkUrl: null,
      }
    case 'pushover':
      return { target: given, checkUrl: null }
    case 'webhook':
      return { target: given, checkUrl: given.url }
    case 'email':
      return { target: given, checkUrl: null }
  }
}
