import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readYaml } from '../yaml.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

type Step = { run?: string; env?: Record<string, string> }

/** The scripts that `npm run check` runs. */
const inCheck = [
  ...(/else run\(\[(.*)\]\.map\(npmRun\)\)/.exec(read('test/check.ts'))?.[1] ?? '').matchAll(/'(.+?)'/g),
].map(([, script]) => script!)
/** The scripts that the gate runs. */
const inGate = [...read('.ci/run').matchAll(/^(?:tests|step npm run --silent) (\S+)$/gm)].map(
  ([, script]) => script!,
)

describe('the check workflow', () => {
  let runs: string[]
  beforeAll(async () => {
    const { jobs } = (await readYaml(read('.github/workflows/check.yml'))) as unknown as {
      jobs: { check: { steps: Step[] } }
    }
    runs = jobs.check.steps.flatMap(({ run }) => run ?? [])
  })
  const indexOf = (pattern: RegExp): number => runs.findIndex((run) => pattern.test(run))

  it('runs everything that the gate runs', () => {
    expect(inGate).toEqual(expect.arrayContaining(['test', 'test:long', 'synth']))
    const scripts = runs.flatMap((run) => /^npm run (?:--silent )?([\w:]+)$/.exec(run)?.[1] ?? [])
    const all = [...scripts, ...(scripts.includes('check') ? inCheck : [])]
    expect(inGate.filter((script) => !all.includes(script))).toEqual([])
    expect(runs[0]).toBe('npm ci')
  })

  it('installs a browser before the tests, and builds the images as root', () => {
    const installed = indexOf(/^npx playwright-core install --with-deps chromium$/m)
    expect(runs[installed]).toMatch(/CHROMIUM=.*>> "\$GITHUB_ENV"/)
    expect(installed).toBeGreaterThan(-1)
    expect(indexOf(/^npm run check$/)).toBeGreaterThan(installed)
    expect(indexOf(/^sudo .*npm test -- test\/image$/)).toBeGreaterThan(indexOf(/install .*buildah/))
  })

  it('runs more than `npm run check` only where the documents say so: the stack', () => {
    expect(inGate.filter((script) => !inCheck.includes(script))).toEqual(['synth'])
    expect(read('README.md')).toContain('`npm run check` runs what CI runs, except the stack.')
    expect(read('test/README.md')).toContain('everything that CI checks, except the stack | `npm run check`')
  })
})
