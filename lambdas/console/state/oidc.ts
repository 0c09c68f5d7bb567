import * as oauth from 'oauth4webapi'
import type { ConsoleConfig } from '../api/types.ts'
import { signIn, signOut } from './session.ts'

type Oidc = NonNullable<ConsoleConfig['oidc']>

const verifierKey = 'h02.oidc'
/** The page itself: a path that the identity provider must know as a redirect address. */
const redirectUri = (): string => `${location.origin}/`

const discover = async ({ issuer }: Oidc): Promise<oauth.AuthorizationServer> => {
  const url = new URL(issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url))
}

/** Leaves for the identity provider: authorization code with PKCE, no secret in the browser. */
export async function startOidc(oidc: Oidc): Promise<void> {
  const server = await discover(oidc)
  if (server.authorization_endpoint === undefined)
    throw new Error(`${oidc.issuer} names no authorization endpoint`)
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  sessionStorage.setItem(verifierKey, JSON.stringify({ verifier, state, hash: location.hash }))
  const url = new URL(server.authorization_endpoint)
  for (const [name, value] of Object.entries({
    client_id: oidc.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: oidc.scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }))
    url.searchParams.set(name, value)
  location.assign(url)
}

/** Back from the identity provider: its code becomes a token. Does nothing on any other visit. */
export async function finishOidc(oidc: Oidc | null): Promise<void> {
  const here = new URL(location.href)
  const kept = sessionStorage.getItem(verifierKey)
  if (oidc === null || kept === null || (!here.searchParams.has('code') && !here.searchParams.has('error')))
    return
  sessionStorage.removeItem(verifierKey)
  const { verifier, state, hash } = JSON.parse(kept) as Record<'verifier' | 'state' | 'hash', string>
  try {
    const server = await discover(oidc)
    const asClient: oauth.Client = { client_id: oidc.clientId }
    const params = oauth.validateAuthResponse(server, asClient, here, state)
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      asClient,
      oauth.None(),
      params,
      redirectUri(),
      verifier,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, asClient, answer)
    signIn(tokens.access_token)
  } catch (error) {
    signOut(`Signing in failed: ${error instanceof Error ? error.message : String(error)}`)
  }
  history.replaceState(null, '', `/${hash}`)
}
