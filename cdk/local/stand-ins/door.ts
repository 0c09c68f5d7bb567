import type { IncomingMessage } from 'node:http'
import type { Answer, WholeRequest } from './http.ts'
import type { Identities, Identity } from './identities.ts'
import { verifyRequest } from './signature.ts'

/**
 * In front of everything that listens on this machine. Listening on 127.0.0.1 keeps other machines away, and does not
 * keep away web pages: a browser here sends the requests of any page to 127.0.0.1, and a page whose host name is made
 * to resolve to 127.0.0.1 (DNS rebinding) may even read the answers.
 */

/** Whether `Host` names this server itself. A page that came by DNS rebinding has the name of its own host there. */
export const isOwnHost = (host: string | undefined, port: number | undefined): boolean =>
  host === `127.0.0.1:${port}` || host === `localhost:${port}`

/** The origins of pages that this server itself serves. */
export const ownOrigins = (port: number | undefined): readonly string[] => [
  `http://127.0.0.1:${port}`,
  `http://localhost:${port}`,
]

export type Door = {
  /** As the signature names it. */
  readonly service: string
  readonly identities: Identities
  /** For the expiry of temporary credentials; the clock if missing. */
  readonly now?: (() => number) | undefined
}

/**
 * Lets a request through to a stand-in if it is signed by a known key, for this host and service. Only browsers send
 * `Origin`, and no part of ours runs in one: such a request is refused whoever signed it, and so is a preflight.
 */
export const behindDoor =
  (
    { service, identities, now = Date.now }: Door,
    refuse: (problem: string) => Answer,
    answer: (request: WholeRequest, identity: Identity, from: IncomingMessage) => Promise<Answer>,
  ) =>
  async (request: WholeRequest, from: IncomingMessage): Promise<Answer> => {
    const { host, origin } = request.headers
    if (!isOwnHost(host, from.socket.localPort)) return refuse(`the host ${host} is not this one`)
    if (origin !== undefined) return refuse('requests of web pages are not accepted')
    const signer = verifyRequest(request, { service, identities, now })
    return 'problem' in signer ? refuse(signer.problem) : answer(request, signer, from)
  }
