import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildAll } from '../../cdk/build/bundle.ts'
import type { Bundle } from '../../cdk/build/bundle-console.ts'
import { createDigests, keepBuild } from '../../cdk/build/kept.ts'
import { entries } from '../../cdk/build/entries.ts'
import type { ConsoleManifest } from '../../lambdas/api/site/files.ts'
import { createLambda } from '../../cdk/local/stand-ins/lambda.ts'

let folder: string
let bundles: Bundle[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  bundles = await buildAll(folder)
})
afterAll(() => rm(folder, { recursive: true }))

describe('a build', () => {
  it('is repeated when an input or an output has changed, and only then', async () => {
    const root = await mkdtemp(join(tmpdir(), 'kept-'))
    let builds = 0
    const build = () =>
      keepBuild(join(root, 'kept.json'), createDigests(root), root, async () => {
        await writeFile(join(root, 'out'), `${await readFile(join(root, 'in'), 'utf8')} built`)
        return { inputs: ['in', 'absent'], outputs: ['out'], bytes: ++builds }
      })
    const change = (file: string, text: string) => writeFile(join(root, file), text)
    await change('in', 'one')
    const cases: [string, () => Promise<unknown>, number][] = [
      ['at first', async () => {}, 1],
      ['not without a change', async () => {}, 1],
      ['not when a file was only written again', () => change('in', 'one'), 1],
      ['after a change of an input', () => change('in', 'two'), 2],
      ['when an input appears', () => change('absent', ''), 3],
      ['when an input is removed', () => rm(join(root, 'absent')), 4],
      ['when an output was damaged', () => change('out', 'tw'), 5],
      ['when an output is missing', () => rm(join(root, 'out')), 6],
      ['when the record is damaged', () => change('kept.json', '{'), 7],
      ['not without a change, at the end', async () => {}, 7],
    ]
    for (const [name, act, times] of cases) {
      await act()
      expect([name, (await build()).bytes]).toEqual([name, times])
      expect(await readFile(join(root, 'out'), 'utf8')).toBe(times === 1 ? 'one built' : 'two built')
    }
    await rm(root, { recursive: true })
  })
})

/** What Node runs; the console is a folder for browsers. */
const programs = () => bundles.filter(({ name }) => name !== 'console')
/** ws and debug ask for these within a `try` and do without (the gateway's start alone proves it: image.test.ts). */
const optional = new Set(['bufferutil', 'utf-8-validate', 'supports-color'])

const bundleOf = (name: string) => bundles.find((bundle) => bundle.name === name)!

describe('the bundles', () => {
  it('are announced only when there is something to build', async () => {
    let builds = 0
    const ingest = entries.filter(({ name }) => name === 'ingest')
    const build = () => buildAll(folder, ingest, () => void builds++)
    await build()
    expect(builds).toBe(0)
    await rm(join(folder, 'ingest/index.mjs'))
    await build()
    expect(builds).toBe(1)
  })

  it('are built one for each entry, with source map and metafile', async () => {
    expect(bundles.map(({ name }) => name)).toEqual([...entries.map(({ name }) => name), 'console'])
    for (const { name, file } of programs()) {
      expect(file).toBe(join(folder, name, 'index.mjs'))
      expect(existsSync(`${file}.map`)).toBe(true)
      expect(await readFile(file, 'utf8')).toContain('//# sourceMappingURL=index.mjs.map')
      expect(JSON.parse(await readFile(join(folder, name, 'meta.json'), 'utf8'))).toHaveProperty('inputs')
    }
  })

  it('of the gateway include its build date, which no correct clock is before', async () => {
    const text = await readFile(bundleOf('gateway').file, 'utf8')
    expect(text).not.toContain('process.env.BUILT_AT')
    const [, date = ''] = /\bDate\.parse\("(\d{4}-\d\d-\d\d)"/.exec(text) ?? []
    expect(Date.parse(date)).toBeGreaterThan(Date.parse('2025-01-01'))
    expect(Date.parse(date)).toBeLessThan(Date.now())
  })

  it('include all that they need and import only modules of Node', async () => {
    for (const { name } of programs()) {
      const meta = JSON.parse(await readFile(join(folder, name, 'meta.json'), 'utf8')) as {
        outputs: Record<string, { imports: { path: string; external?: boolean }[] }>
      }
      const external = Object.values(meta.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
      const missing = external.filter((path) => !process.getBuiltinModule(path) && !optional.has(path))
      expect(missing, name).toEqual([])
    }
  })

  it('of the console are at most 120 KB, and its map 2 MB of data more, compressed', async () => {
    const read = async (file: string) => JSON.parse(await readFile(join(folder, 'api/console', file), 'utf8'))
    const manifest = (await read('manifest.json')) as ConsoleManifest
    const { outputs } = (await read('meta.json')) as Metafile
    const bytesOf = (paths: readonly string[]): number =>
      paths.reduce((sum, path) => sum + manifest[path]!.compressedBytes, 0)
    const paths = Object.keys(manifest)
    // The page, its style and its script with all that is imported before it runs; more is loaded by what is opened.
    const wanted = new Set(paths.filter((path) => /^\/$|^\/assets\/main-\w+\.(css|js)$/.test(path)))
    expect(wanted.size).toBe(3)
    for (const path of wanted) {
      const output = Object.entries(outputs).find(
        ([name]) => name.endsWith(path) && path.endsWith('.js'),
      )?.[1]
      for (const { path: imported, kind } of output?.imports ?? [])
        if (kind === 'import-statement') wanted.add(imported.slice(imported.indexOf('/assets/')))
    }
    expect(bytesOf([...wanted])).toBeLessThanOrEqual(120_000)
    const data = paths.filter((path) => /^\/assets\/map-[a-z]+-\w+\.json$/.test(path))
    expect(data.length).toBeGreaterThanOrEqual(2)
    expect(bytesOf(data)).toBeLessThanOrEqual(2_000_000)
  })

  it('leave no file of an earlier build, and no half-written file, in the folder of the console', async () => {
    const assets = join(folder, 'api/console/assets')
    await writeFile(join(assets, 'main-OLDHASH1.js'), 'old')
    await writeFile(join(assets, 'main-NEWHASH1.js.4711'), 'half')
    const before = (await readdir(assets)).toSorted()
    const api = entries.filter(({ name }) => name === 'api')
    await buildAll(folder, api)
    expect((await readdir(assets)).toSorted()).toEqual(before.filter((name) => name !== 'main-OLDHASH1.js'))
  })

  it('run without node_modules: the ingest function accepts an empty batch', async () => {
    const ingest = createLambda({
      name: 'ingest',
      file: bundleOf('ingest').file,
      env: {
        AWS_REGION: 'us-east-1',
        STAGE: 'test',
        TELEMETRY_TABLE: 't',
        FLEET_TABLE: 'f',
        RETENTION_DAYS: '30',
        EVENT_BUS: 'bus',
        WEBHOOK_QUEUE: 'http://127.0.0.1:1/queue.fifo',
      },
      concurrency: 1,
      timeoutMs: 100_000,
    })
    expect(await ingest.invoke({ Records: [] })).toEqual({ batchItemFailures: [] })
    await ingest.close()
  })

  it('report which entry is missing', async () => {
    await expect(buildAll(folder, [{ name: 'ghost', file: 'lambdas/ghost/handler.ts' }])).rejects.toThrow(
      'cannot bundle "ghost": lambdas/ghost/handler.ts does not exist. Create it, or remove it from cdk/build/entries.ts',
    )
  })
})
