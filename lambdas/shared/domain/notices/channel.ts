import type { DeviceLimit } from '../device-limit.ts'

/** A user of the service, sent as `Authorization: Basic`. A URL cannot contain it, because `fetch` refuses such a URL. */
export type Login = { readonly user: string; readonly password: string }

/** The complete target of a channel. It contains secrets and is stored like a secret: only the delivering function can read it. */
export type ChannelTarget =
  | { readonly kind: 'ntfy'; readonly url: string; readonly token: string | null; readonly login?: Login }
  | { readonly kind: 'telegram'; readonly botToken: string; readonly chatId: string }
  | { readonly kind: 'pushover'; readonly appToken: string; readonly userKey: string }
  | { readonly kind: 'webhook'; readonly url: string; readonly login?: Login }
  /** Sent through the topic of the stack, to which the address has subscribed. */
  | { readonly kind: 'email'; readonly address: string }
export type ChannelKind = ChannelTarget['kind']
export const channelKinds = [
  'ntfy',
  'telegram',
  'pushover',
  'webhook',
  'email',
] as const satisfies ChannelKind[]

/** A channel without its secrets. Times are ms since 1970 UTC. */
export type Channel = {
  readonly channelId: string
  readonly name: string
  readonly kind: ChannelKind
  /** The target as shown to people: `ntfy.sh`, `chat -100123`. */
  readonly where: string
  /** The device limit as of a webhook: a caller that sees fewer devices does not see the channel. */
  readonly limit: DeviceLimit | null
  readonly createdAt: number
  readonly createdBy: string
  /** The SNS subscription, which is deleted with the channel; null if the channel is not e-mail. */
  readonly subscription: string | null
}

/** The results of the last deliveries. */
export type ChannelResult = {
  readonly deliveredAt: number | null
  /** The newest failure since the last delivery that succeeded. */
  readonly failure: { readonly at: number; readonly reason: string } | null
}
export type KnownChannel = { readonly channel: Channel; readonly result: ChannelResult }

const CHANNEL_PREFIX = 'nc_'
export const channelIdOf = (random: string): string => `${CHANNEL_PREFIX}${random}`
export const isChannelId = (text: string): boolean => /^nc_[0-9a-f]{12}$/.test(text)

const hostOf = (url: string): string => new URL(url).host

/**
 * The part of a target that may be shown. Topics, tokens, user keys and webhook paths are hidden, because anyone could send or read
 * with them.
 */
export function whereOf(target: ChannelTarget): string {
  switch (target.kind) {
    case 'ntfy':
    case 'webhook':
      return hostOf(target.url)
    case 'telegram':
      return `chat ${target.chatId}`
    case 'pushover':
      return 'pushover.net'
    case 'email':
      return target.address
  }
}
