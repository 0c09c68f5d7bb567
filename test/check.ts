/**
 * `npm run check` does what CI does, except for the stack. `npm run check -- --changed` takes seconds: format, lint, types, and the
 * tests that import a file which was changed since main. Tests of whole systems are left to npm test.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const wholeSystems = [
  'test/e2e/**',
  'test/attack/**',
  'test/console/**',
  'test/image/**',
  '**/*.long.test.ts',
]

const git = (...args: readonly string[]): string[] =>
  execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(Boolean)

/** Changed since the commit that this branch and main have in common, committed or not, and not deleted. */
function findChanged(): readonly string[] {
  const main = ['origin/main', 'main'].find(
    (name) => spawnSync('git', ['rev-parse', '--verify', '--quiet', name]).status === 0,
  )
  if (main === undefined) throw new Error('there is no branch main to compare with')
  const [base = 'HEAD'] = git('merge-base', main, 'HEAD')
  const files = [
    ...git('diff', '--name-only', '--diff-filter=d', base),
    ...git('ls-files', '--others', '--exclude-standard'),
  ]
  return [...new Set(files)].filter((file) => existsSync(file))
}

type Step = { readonly name: string; readonly command: readonly string[] }

const npx = (...args: readonly string[]): readonly string[] => ['npx', '--no-install', ...args]
const npmRun = (script: string): Step => ({
  name: `npm run ${script}`,
  command: ['npm', 'run', '-s', script],
})

function stepsFor(changed: readonly string[]): readonly Step[] {
  const sources = changed.filter((file) => /\.(m?[jt]s|tsx)$/.test(file))
  const excluded = wholeSystems.flatMap((pattern) => ['--exclude', pattern])
  const related = [
    'vitest',
    'related',
    '--run',
    '--passWithNoTests',
    '--config',
    'test/vitest.config.ts',
    '--root',
    '.',
  ]
  return [
    { name: 'format', command: npx('prettier', '--check', '--ignore-unknown', ...changed) },
    ...(sources.length === 0
      ? []
      : [
          { name: 'lint', command: npx('oxlint', '--type-aware', ...sources) },
          npmRun('typecheck'),
          { name: 'tests that import them', command: npx(...related, ...excluded, ...sources) },
        ]),
  ]
}

function run(steps: readonly Step[]): void {
  const failed = steps.filter(({ name, command: [program = '', ...args] }) => {
    const from = performance.now()
    const { status } = spawnSync(program, args, { stdio: 'inherit' })
    const seconds = ((performance.now() - from) / 1_000).toFixed(1)
    process.stdout.write(`== ${name}: ${status === 0 ? 'passed' : 'FAILED'}, ${seconds} s\n`)
    return status !== 0
  })
  if (failed.length === 0) return
  process.stdout.write(`Failed: ${failed.map(({ name }) => name).join(', ')}\n`)
  process.exitCode = 1
}

if (process.argv.includes('--changed')) {
  const changed = findChanged()
  if (changed.length === 0) process.stdout.write('Nothing has changed since main.\n')
  else {
    process.stdout.write(
      `${changed.length} files changed since main. Whole systems are tested by npm test only.\n`,
    )
    run(stepsFor(changed))
  }
} else run(['format:check', 'lint', 'lint:openapi', 'typecheck', 'test', 'test:long'].map(npmRun))
