import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type * as Esbuild from 'esbuild'
import { buildConsole, removeOthers, type Bundle } from './bundle-console.ts'
import { readBuiltAt } from './built-at.ts'
import { embeddedEntry, entries, type Entry } from './entries.ts'
import { createDigests, keepBuild, type Build } from './kept.ts'
import { buildMapData, mapDataFiles } from './map-data.ts'
import { writeWhole } from './write-whole.ts'

const root = join(import.meta.dirname, '../..')

/** Some dependencies are CommonJS and call `require` at run time, which does not exist in an ES module. */
const banner = {
  js: `import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);`,
}

/** Replaces dynalite's storage, which is native code and not used. */
const noLevel = join(root, 'cdk/local/no-level.cjs')
const notBundled = { level: noLevel, 'memory-level': noLevel }

/** Files that decide how the sources are bundled; esbuild does not list them among its inputs. */
const settings = [
  ...['built-at.ts', 'bundle.ts', 'bundle-console.ts', 'entries.ts', 'kept.ts', 'map-data.ts'].map(
    (file) => `cdk/build/${file}`,
  ),
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'lambdas/console/index.html',
]

/**
 * Bundles every entry to `<outDir>/<name>/index.mjs`: the same file for AWS, the container and embedded mode. A bundle
 * is reused while its sources are unchanged. `onBuild` is called once, when the first one has to be built.
 */
export async function buildAll(
  outDir = join(root, '.build'),
  selected: readonly Entry[] = entries,
  onBuild: () => void = () => {},
): Promise<Bundle[]> {
  const inputsOf = createDigests(root)
  let isBuilding = false
  let esbuild: typeof Esbuild | undefined
  const keep = async (name: string, make: (build: typeof Esbuild.build) => Promise<Build>) =>
    keepBuild(join(outDir, 'kept', `${name}.json`), inputsOf, outDir, async () => {
      if (!isBuilding) onBuild()
      isBuilding = true
      // Loaded only when needed: its service uses half a gigabyte.
      esbuild ??= await import('esbuild')
      const { inputs, outputs, bytes } = await make(esbuild.build)
      return {
        inputs: [...inputs, ...settings],
        outputs: outputs.map((file) => relative(outDir, file)),
        bytes,
      }
    })
  const bundles = selected.map(async ({ name, file }) => {
    if (!existsSync(join(root, file)))
      throw new Error(
        `cannot bundle "${name}": ${file} does not exist. Create it, or remove it from cdk/build/entries.ts`,
      )
    const target = join(outDir, name, 'index.mjs')
    const { bytes } = await keep(name, (build) => bundle(build, file, target))
    return { name, file: target, bytes }
  })
  // The api function serves the console from the folder beside its own code.
  const folder = join(outDir, 'api/console')
  const page = selected
    .filter(({ name }) => name === 'api')
    .map(async () => {
      const data = join(outDir, 'map-data')
      await keep('map-data', () => buildMapData(data))
      const mapData = mapDataFiles.map((name) => join(data, name))
      const { outputs, bytes } = await keep('console', (build) => buildConsole(build, folder, mapData))
      await removeOthers(folder, new Set(outputs.map((file) => relative(folder, join(outDir, file)))))
      return { name: 'console', file: join(folder, 'index.html'), bytes }
    })
  try {
    return await Promise.all([...bundles, ...page])
  } finally {
    await esbuild?.stop()
  }
}

/** What the gateway knows about its build (container/clock-guard.ts); no other bundle uses it. */
function buildConstants(): Record<string, string> {
  const builtAt = readBuiltAt()
  return builtAt === null ? {} : { 'process.env.BUILT_AT': JSON.stringify(builtAt) }
}

async function bundle(build: typeof Esbuild.build, file: string, target: string): Promise<Build> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [file],
    outfile: target,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['node'],
    mainFields: ['module', 'main'],
    sourcemap: 'linked',
    // Names and lines are enough for a stack trace; the sources would be three quarters of what each thread loads.
    sourcesContent: false,
    minify: false,
    banner,
    alias: notBundled,
    // Native, and only loaded to take over a data folder of an older version.
    external: ['classic-level'],
    define: buildConstants(),
    logLevel: 'error',
  })
  await mkdir(dirname(target), { recursive: true })
  // The source map is written first, so that a bundle that exists has its map.
  for (const output of outputFiles.toReversed()) await writeWhole(output.path, output.contents)
  await writeWhole(join(dirname(target), 'meta.json'), Buffer.from(JSON.stringify(metafile)))
  return {
    inputs: Object.keys(metafile.inputs),
    outputs: outputFiles.map(({ path }) => path),
    bytes: outputFiles.find(({ path }) => path === target)?.contents.length ?? 0,
  }
}

if (import.meta.main) {
  try {
    // Embedded mode bundles itself when it starts; its image cannot.
    const selected = process.argv.includes('--embedded') ? [...entries, embeddedEntry] : entries
    for (const { file, bytes } of await buildAll(undefined, selected))
      console.log(`${relative(root, file)}  ${(bytes / 1024).toFixed(0)} kB`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
