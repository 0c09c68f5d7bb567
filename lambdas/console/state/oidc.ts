import * as oauth from 'oauth4webapi'
import { Refusal } from '../api/client.ts'
import type { ConsoleConfig } from '../api/types.ts'
import { signInIfKnown, signOut } from './session.ts'
import { t } from '../text/text.ts'

type Oidc = NonNullable<ConsoleConfig['oidc']>

const VERIFIER_KEY = 'h02.oidc'
/** The address of the page: it must be registered as a redirect address at the identity provider. */
const redirectUri = (): string => `${location.origin}/`

/** A provider on this machine needs no TLS, because nothing is sent over a network. */
const optionsFor = ({ issuer }: Oidc) => ({
  [oauth.allowInsecureRequests]: /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:|\/|$)/.test(issuer),
})

const discover = async (oidc: Oidc): Promise<oauth.AuthorizationServer> => {
  const url = new URL(oidc.issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, optionsFor(oidc)))
}

/** A sentence about why signing in failed. */
export function whyNot(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError)
    return t.signIn.failed(t.signIn.providerSays(error.error_description ?? error.error))
  if (error instanceof Refusal && error.status === 401) return t.signIn.notAccepted
  return t.signIn.failed(error instanceof Error ? error.message : String(error))
}

/** Redirects to the identity provider: authorization code with PKCE, no secret in the browser. */
export async function startOidc(oidc: Oidc): Promise<void> {
  const server = await discover(oidc)
  if (server.authorization_endpoint === undefined) throw new Error(t.signIn.noEndpoint(oidc.issuer))
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  sessionStorage.setItem(VERIFIER_KEY, JSON.stringify({ verifier, state, hash: location.hash }))
  const url = new URL(server.authorization_endpoint)
  for (const [name, value] of Object.entries({
    client_id: oidc.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: oidc.scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(oidc.audience !== null && { audience: oidc.audience }),
  }))
    url.searchParams.set(name, value)
  location.assign(url)
}

/** Whether this page load carries an answer that this tab has requested. */
export function isBackFromOidc(): boolean {
  const { searchParams } = new URL(location.href)
  const isAnswer = searchParams.has('code') || searchParams.has('error')
  return isAnswer && sessionStorage.getItem(VERIFIER_KEY) !== null
}

/** Exchanges the identity provider's code for a token. */
export async function finishOidc(oidc: Oidc | null): Promise<void> {
  const here = new URL(location.href)
  const kept = sessionStorage.getItem(VERIFIER_KEY)
  if (oidc === null || kept === null) return
  sessionStorage.removeItem(VERIFIER_KEY)
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
      optionsFor(oidc),
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, asClient, answer)
    await signInIfKnown(tokens.access_token)
  } catch (error) {
    signOut(whyNot(error))
  }
  history.replaceState(null, '', `/${hash}`)
  // replaceState triggers no event, and the router has read the address with the provider's answer.
  dispatchEvent(new HashChangeEvent('hashchange'))
}
