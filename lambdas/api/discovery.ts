/** The endpoints of an issuer, from its discovery document. */
type Issuer = { readonly jwksUri: string; readonly tokenEndpoint: string | null }

const PATIENCE_MS = 5_000

/** OpenID Connect Discovery 1.0 section 4. Throws if the issuer does not answer, or the answer is not usable. */
export async function discoverIssuer(issuer: string): Promise<Issuer> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
  const { jwks_uri, token_endpoint } = (await answer.json()) as Record<string, unknown>
  if (!answer.ok || typeof jwks_uri !== 'string') throw new Error(`${url} has no jwks_uri`)
  return { jwksUri: jwks_uri, tokenEndpoint: typeof token_endpoint === 'string' ? token_endpoint : null }
}
