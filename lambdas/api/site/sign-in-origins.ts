import { discoverIssuer } from '../discovery.ts'

/** The page does not wait longer for the issuer, because sign-in by key works without it. */
const PATIENCE_MS = 1_000

/**
 * The origins that the page must reach for sign-in: the issuer, and its token endpoint, which may have another host
 * (Cognito's domain, Google's oauth2.googleapis.com). Asked again until the issuer has answered once.
 */
export function createSignInOrigins(
  issuer: string | null,
  onTrouble: (error: unknown) => void,
): () => Promise<readonly string[]> {
  if (issuer === null) return async () => []
  const own = new URL(issuer).origin
  let origins: readonly string[] | null = null
  let asking: Promise<void> | null = null
  const ask = async (): Promise<void> => {
    try {
      const { tokenEndpoint } = await discoverIssuer(issuer)
      origins = [...new Set([own, ...(tokenEndpoint === null ? [] : [new URL(tokenEndpoint).origin])])]
    } catch (error) {
      onTrouble(error)
    } finally {
      asking = null
    }
  }
  return async () => {
    if (origins !== null) return origins
    asking ??= ask()
    let timer: NodeJS.Timeout | undefined
    await Promise.race([asking, new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)))])
    clearTimeout(timer)
    return origins ?? [own]
  }
}
