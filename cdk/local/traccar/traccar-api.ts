import type { Beside, Upgrade } from '../stand-ins/http-front.ts'
import { createAnswers } from './answers.ts'
import { createFeeds, type FeedParts } from './feeds.ts'
import { createSessions } from './sessions.ts'
import { createSocket } from './socket.ts'

type TraccarApi = {
  readonly beside: Beside
  readonly upgrades: Readonly<Record<string, Upgrade>>
  readonly close: () => Promise<void>
}

/** A read-only Traccar server under `/api`, for clients that know its API. */
export function createTraccarApi({
  publicUrl,
  ...parts
}: Pick<FeedParts, 'httpUrl' | 'onError'> & { readonly publicUrl: string | undefined }): TraccarApi {
  const { httpUrl, onError } = parts
  const sessions = createSessions()
  const feeds = createFeeds(parts)
  return {
    beside: createAnswers({ sessions, httpUrl, publicUrl }),
    upgrades: { '/api/socket': createSocket({ sessions, feeds, httpUrl, onError }) },
    close: feeds.close,
  }
}
