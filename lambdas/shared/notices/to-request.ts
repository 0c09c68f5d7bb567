import type { ChannelTarget, Login } from '../domain/notices/channel.ts'
import type { NoticeContent } from '../domain/notices/notice-event.ts'
import { bytes, characters, fit } from './fit.ts'

type NoticeRequest = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** As documented by each service. ntfy makes an attachment of a longer text, the others refuse it. */
const maxText = { ntfy: bytes(4_096), telegram: characters(4_096), pushover: characters(1_024) } as const
const maxTitle = { pushover: characters(250) } as const
const json = { 'content-type': 'application/json' }

/** ntfy decodes RFC 2047, which is required for headers that are not ASCII. */
const toHeader = (text: string): string =>
  /^[\u0020-\u007e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`

const authorizationOf = (login: Login | undefined): Readonly<Record<string, string>> =>
  login === undefined
    ? {}
    : { authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}` }

/** The request that sends a notice, by the published API of each service. */
export function toRequest(
  target: Exclude<ChannelTarget, { readonly kind: 'email' }>,
  { title, text, isUrgent, about, data }: NoticeContent,
  time: string,
): NoticeRequest {
  switch (target.kind) {
    case 'ntfy':
      return {
        url: target.url,
        headers: {
          title: toHeader(title),
          priority: isUrgent ? 'high' : 'default',
          ...(target.token !== null && { authorization: `Bearer ${target.token}` }),
          ...authorizationOf(target.login),
        },
        body: fit(withoutTitle(title, text), maxText.ntfy),
      }
    case 'telegram':
      return {
        url: `https://api.telegram.org/bot${target.botToken}/sendMessage`,
        headers: json,
        body: JSON.stringify({
          chat_id: target.chatId,
          text: fit(withTitle(title, text), maxText.telegram),
        }),
      }
    case 'pushover':
      return {
        url: 'https://api.pushover.net/1/messages.json',
        headers: json,
        body: JSON.stringify({
          token: target.appToken,
          user: target.userKey,
          title: fit(title, maxTitle.pushover),
          message: fit(withoutTitle(title, text), maxText.pushover),
          priority: isUrgent ? 1 : 0,
        }),
      }
    case 'webhook':
      return {
        url: target.url,
        headers: { ...json, ...authorizationOf(target.login) },
        body: JSON.stringify({ subject: title, text, type: about, time, data }),
      }
  }
}

/** The title is separate from the text. Without facts the text would be empty, so it repeats the title. */
const withoutTitle = (title: string, text: string): string => text.replace(title, '').trim() || title
const withTitle = (title: string, text: string): string =>
  text.startsWith(title) ? text : `${title}\n${text}`
