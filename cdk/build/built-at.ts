import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const DAY_MS = 86_400_000

/**
 * A date that no right clock can be before: the day before the gateway's sources were last committed. It changes only
 * with them, so the same sources make the same bundle. Null outside of a git repository.
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
    // A commit may come from a machine whose clock is ahead.
    return Number.isNaN(committedAt)
      ? null
      : new Date(Math.min(committedAt, now) - DAY_MS).toISOString().slice(0, 10)
  } catch {
    return null
  }
}
