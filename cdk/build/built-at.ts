import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const DAY_MS = 86_400_000

/**
 * The day before the last commit of the gateway's sources: a correct clock cannot be earlier. It changes only with the
 * sources, so the same sources produce the same bundle. Null outside of a git repository.
 */
export function readBuiltAt(now: number = Date.now()): string | null {
  const args = ['log', '-1', '--format=%cI', '--', 'container', 'lambdas/shared']
  try {
    const text = execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const committedAt = Date.parse(text.trim())
    // The clock of the committer's machine may be fast.
    return Number.isNaN(committedAt)
      ? null
      : new Date(Math.min(committedAt, now) - DAY_MS).toISOString().slice(0, 10)
  } catch {
    return null
  }
}
