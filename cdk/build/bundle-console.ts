import { hash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join, parse } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { build as esbuild } from 'esbuild'
import type { ConsoleManifest } from '../../lambdas/api/site/files.ts'
import type { Build } from './kept.ts'
import { mapDataInputs } from './map-data.ts'
import { writeWhole } from './write-whole.ts'

export type Bundle = { readonly name: string; readonly file: string; readonly bytes: number }

const root = join(import.meta.dirname, '../..')
const brotli = promisify(brotliCompress)

/** The outlines of the map become a third smaller with the next quality, which would cost seconds for all files together. */
const LARGE_BYTES = 3_000_000
const compress = (contents: Buffer): Promise<Buffer> =>
  brotli(contents, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: contents.length < LARGE_BYTES ? 9 : 10,
      [constants.BROTLI_PARAM_SIZE_HINT]: contents.length,
    },
  })

const typeOf = (file: string): string => {
  if (file.endsWith('.js')) return 'text/javascript; charset=utf-8'
  if (file.endsWith('.css')) return 'text/css; charset=utf-8'
  if (file.endsWith('.svg')) return 'image/svg+xml'
  if (file.endsWith('.json')) return 'application/json'
  return 'text/html; charset=utf-8'
}

/**
 * Builds the console into `<outDir>`: hashed files that browsers may cache permanently, and one page that refers to
 * them, all compressed at build time. The map library and MQTT are separate chunks, loaded when a map or a live view is
 * opened, and so are the files of `mapData`.
 */
export async function buildConsole(
  build: typeof esbuild,
  outDir: string,
  mapData: readonly string[],
): Promise<Build> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      main: 'lambdas/console/main.tsx',
      'map-worker': 'maplibre-gl/dist/maplibre-gl-worker.mjs',
      map: 'maplibre-gl/dist/maplibre-gl.css',
    },
    outdir: join(outDir, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    minify: true,
    charset: 'utf8',
    format: 'esm',
    platform: 'browser',
    target: ['es2023', 'chrome123', 'firefox121', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    logLevel: 'error',
  })
  const data = await Promise.all(mapData.map(readHashed))
  const dataNameOf = (name: string): string => {
    const found = data.find(({ path }) => path.startsWith(`/assets/${name}-`))
    if (!found) throw new Error(`the console has no ${name}`)
    return found.path
  }
  const nameOf = (entry: string, extension: string): string => {
    const found = outputFiles.find(
      ({ path }) => basename(path).startsWith(`${entry}-`) && path.endsWith(extension),
    )
    if (!found) throw new Error(`the console has no ${entry}${extension}`)
    return `/assets/${basename(found.path)}`
  }
  const page = (await readFile(join(root, 'lambdas/console/index.html'), 'utf8'))
    .replace('{{script}}', nameOf('main', '.js'))
    .replace('{{style}}', nameOf('main', '.css'))
    .replace('{{mapWorker}}', nameOf('map-worker', '.js'))
    .replace('{{mapStyle}}', nameOf('map', '.css'))
    .replace('{{mapOutlines}}', dataNameOf('map-outlines'))
    .replace('{{mapRoads}}', dataNameOf('map-roads'))
    .replace('{{mapTowns}}', dataNameOf('map-towns'))
  const files = [
    { path: '/', name: 'index.html', contents: Buffer.from(page) },
    ...outputFiles.map(({ path, contents }) => ({
      path: `/assets/${basename(path)}`,
      name: `assets/${basename(path)}`,
      contents: Buffer.from(contents),
    })),
    ...data,
  ]
  const { manifest, bytes } = await writeFiles(outDir, files)
  await writeWhole(join(outDir, 'meta.json'), Buffer.from(JSON.stringify(metafile)))
  // Written last, when all files that it names exist.
  await writeWhole(join(outDir, 'manifest.json'), Buffer.from(JSON.stringify(manifest, null, 2)))
  const written = ['manifest.json', ...files.flatMap(({ name }) => [name, `${name}.br`])]
  return {
    inputs: [...Object.keys(metafile.inputs), ...mapDataInputs],
    outputs: written.map((name) => join(outDir, name)),
    bytes,
  }
}

type File = { readonly path: string; readonly name: string; readonly contents: Buffer }

/** Writes each file, and its compressed form beside it. */
async function writeFiles(
  outDir: string,
  files: readonly File[],
): Promise<{ readonly manifest: ConsoleManifest; readonly bytes: number }> {
  await mkdir(join(outDir, 'assets'), { recursive: true })
  const manifest: Record<string, ConsoleManifest[string]> = {}
  let bytes = 0
  for (const { path, name, contents } of files) {
    const compressed = await compress(contents)
    await writeWhole(join(outDir, name), contents)
    await writeWhole(join(outDir, `${name}.br`), compressed)
    manifest[path] = {
      file: name,
      type: typeOf(name),
      hashed: path !== '/',
      compressedBytes: compressed.length,
    }
    bytes += contents.length
  }
  return { manifest, bytes }
}

/** A file under a name that changes with its contents. */
async function readHashed(file: string): Promise<File> {
  const contents = await readFile(file)
  const { name, ext } = parse(file)
  const hashed = `${name}-${hash('sha1', contents).slice(0, 8).toUpperCase()}${ext}`
  return { path: `/assets/${hashed}`, name: `assets/${hashed}`, contents }
}

/**
 * Removes files of earlier builds, which would be deployed too. Files that another process is writing have other
 * endings.
 */
export async function removeOthers(outDir: string, names: ReadonlySet<string>): Promise<void> {
  for (const file of await readdir(join(outDir, 'assets'))) {
    const isBuilt = /\.(js|css|svg|json)(\.br)?$/.test(file)
    if (isBuilt && !names.has(`assets/${file}`)) await rm(join(outDir, 'assets', file), { force: true })
  }
}
