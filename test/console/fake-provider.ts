import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

type Asked = {
  readonly challenge: string
  readonly redirectUri: string
  readonly scope: string
  readonly audience: string
}

export type FakeProvider = {
  readonly issuer: string
  readonly clientId: string
  /** Of the access tokens that it gives out from now on; null: the one that is asked for, else the client itself. */
  audience: string | null
  /** Whether the next visitor signs in or cancels. */
  isWilling: boolean
  readonly close: () => Promise<void>
}

const SUBJECT = 'anna'
const MINUTE = 60

/**
 * An OpenID Connect provider for public clients: authorization code with PKCE. Every visitor is Anna. Tokens come from another host
 * than the issuer's, as with Cognito and Google.
 */
export async function startFakeProvider(clientId: string): Promise<FakeProvider> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] }
  const codes = new Map<string, Asked>()

  const sign = (claims: Record<string, unknown>): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(provider.issuer)
      .setSubject(SUBJECT)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)

  /** Back to the application, with a code for what was asked. */
  const authorize = (query: URLSearchParams, response: ServerResponse): void => {
    const [redirectUri, challenge] = [query.get('redirect_uri'), query.get('code_challenge')]
    const isWell =
      query.get('client_id') === clientId &&
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256'
    if (!isWell || redirectUri === null || challenge === null)
      return void response.writeHead(400).end('this is no request of our client')
    const back = new URL(redirectUri)
    back.searchParams.set('state', query.get('state') ?? '')
    if (provider.isWilling) {
      const code = randomUUID()
      codes.set(code, {
        challenge,
        redirectUri,
        scope: query.get('scope') ?? '',
        audience: query.get('audience') ?? clientId,
      })
      back.searchParams.set('code', code)
    } else {
      back.searchParams.set('error', 'access_denied')
      back.searchParams.set('error_description', 'Anna does not want to')
    }
    response.writeHead(302, { location: back.href }).end()
  }

  /** A code works once, and only with the verifier whose hash was in the request for it. */
  const giveToken = async (form: URLSearchParams, response: ServerResponse): Promise<void> => {
    const code = form.get('code') ?? ''
    const asked = codes.get(code)
    codes.delete(code)
    const hash = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isWell =
      asked !== undefined &&
      hash === asked.challenge &&
      form.get('redirect_uri') === asked.redirectUri &&
      form.get('client_id') === clientId &&
      form.get('grant_type') === 'authorization_code'
    if (!isWell) return toJson(response, 400, { error: 'invalid_grant' })
    toJson(response, 200, {
      token_type: 'Bearer',
      expires_in: 5 * MINUTE,
      scope: asked.scope,
      access_token: await sign({ aud: provider.audience ?? asked.audience, scope: asked.scope }),
      id_token: await sign({ aud: clientId }),
    })
  }

  const tokens = await listen(async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end()
    await giveToken(new URLSearchParams(await text(request)), response)
  })
  const front = await listen(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', provider.issuer)
    if (pathname === '/authorize') return authorize(searchParams, response)
    if (pathname === '/keys') return toJson(response, 200, jwks)
    if (pathname !== '/.well-known/openid-configuration') return void response.writeHead(404).end()
    toJson(response, 200, {
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/authorize`,
      token_endpoint: `${urlOf(tokens)}/token`,
      jwks_uri: `${provider.issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    })
  })
  const provider: FakeProvider = {
    issuer: urlOf(front),
    clientId,
    audience: null,
    isWilling: true,
    close: async () => {
      await Promise.all([front, tokens].map(closeServer))
    },
  }
  return provider
}

const toJson = (response: ServerResponse, status: number, body: unknown): void => {
  response
    .writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
    .end(JSON.stringify(body))
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error)
      response.writeHead(500).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
