import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The admin key of the API: `ADMIN_KEY`, or a key that is made once and stored in the data folder. */
export function readAdminKey(dataDir: string): string {
  if (process.env.ADMIN_KEY) return process.env.ADMIN_KEY
  const file = join(dataDir, 'admin-key')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const key = `h02_${randomBytes(24).toString('base64url')}`
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(file, `${key}\n`, { mode: 0o600 })
  return key
}
