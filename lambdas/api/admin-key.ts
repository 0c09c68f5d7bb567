import { hashKey } from '../shared/store/api-keys.ts'

/** Reads a secret's text from Secrets Manager. */
type ReadSecret = (secretId: string) => Promise<string>

type AdminKeyEnv = { readonly ADMIN_KEY?: string | undefined; readonly ADMIN_KEY_SECRET?: string | undefined }

/** The hash of the first admin key: from the key itself (embedded mode), or from the secret with this id. */
export async function readAdminKeyHash(env: AdminKeyEnv, readSecret: ReadSecret): Promise<Buffer> {
  if (env.ADMIN_KEY) return hashKey(env.ADMIN_KEY)
  if (!env.ADMIN_KEY_SECRET) throw new Error('missing environment variable: ADMIN_KEY or ADMIN_KEY_SECRET')
  const secret = (await readSecret(env.ADMIN_KEY_SECRET)).trim()
  if (!secret) throw new Error(`the secret ${env.ADMIN_KEY_SECRET} (ADMIN_KEY_SECRET) is empty`)
  return hashKey(secret)
}
