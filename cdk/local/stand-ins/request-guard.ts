import type { IncomingMessage } from 'node:http'
import type { Answer, WholeRequest } from './http.ts'
import type { Identities, Identity } from './identities.ts'
import { verifyRequest } from './signature.ts'

/**
 * Protects everything that listens on this machine. Listening on 127.0.0.1 keeps other machines out, but not web pages:
 * a browser on this machine sends the requests of any page to 127.0.0.1, and a page whose host name resolves to
 * 127.0.0.1 (DNS rebinding) can even read the answers.
 */

/** Whether `Host` names this server. With DNS rebinding, it names the attacker's host. */
export const isOwnHost = (host: string | undefined, port: number | undefined): boolean =>
  host === `127.0.0.1:${port}` || host === `localhost:${port}`

/** The origins of this server's own pages. */
export const ownOrigins = (port: number | undefined): readonly string[] => [
  `http://127.0.0.1:${port}`,
  `http://localhost:${port}`,
]

type GuardOptions = {
  /** The service's name in signatures. */
  readonly service: string
  readonly identities: Identities
  /** For the expiry of temporary credentials; defaults to the clock. */
  readonly now?: (() => number) | undefined
}

/**
 * Passes a request to a stand-in if a known key has signed it for this host and service. Only browsers send `Origin`, and
 * none of our parts runs in one: such a request is refused whoever signed it, and so is a preflight.
 */
export const guarded =
  (
    { service, identities, now = Date.now }: GuardOptions,
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
