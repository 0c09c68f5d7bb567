import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import { buildConsole, type Bundle } from './bundle-console.ts'
import { entries, type Entry } from './entries.ts'
import { writeWhole } from './write-whole.ts'

const root = join(import.meta.dirname, '../..')

/** Some dependencies are CommonJS and call `require` at run time, which an ES module does not have. */
const banner = {
  js: `import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);`,
}

/** Bundles every entry to `<outDir>/<name>/index.mjs`: the same file for AWS, for the container and for embedded mode. */
export const buildAll = async (
  outDir = join(root, '.build'),
  wanted: readonly Entry[] = entries,
): Promise<Bundle[]> => {
  const bundles = wanted.map((entry) => bundle(entry, outDir))
  // The api function serves the console from the folder beside its own code.
  const page = wanted.some(({ name }) => name === 'api') ? [buildConsole(join(outDir, 'api/console'))] : []
  return Promise.all([...bundles, ...page])
}

async function bundle({ name, file }: Entry, outDir: string): Promise<Bundle> {
  if (!existsSync(join(root, file)))
    throw new Error(
      `cannot bundle "${name}": ${file} does not exist. Write it, or take it out of cdk/build/entries.ts`,
    )
  const target = join(outDir, name, 'index.mjs')
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
    minify: false,
    banner,
    logLevel: 'error',
  })
  await mkdir(dirname(target), { recursive: true })
  // The map first: a bundle that is there has its map.
  for (const output of outputFiles.toReversed()) await writeWhole(output.path, output.contents)
  await writeWhole(join(dirname(target), 'meta.json'), Buffer.from(JSON.stringify(metafile)))
  return { name, file: target, bytes: outputFiles.find(({ path }) => path === target)?.contents.length ?? 0 }
}

if (import.meta.main) {
  try {
    for (const { file, bytes } of await buildAll())
      console.log(`${relative(root, file)}  ${(bytes / 1024).toFixed(0)} kB`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
