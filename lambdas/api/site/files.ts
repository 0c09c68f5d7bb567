import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The console's files by path; `hashed` ones never change, so browsers cache them permanently. */
export type ConsoleManifest = Readonly<
  Record<
    string,
    {
      /** Relative to the manifest; its compressed form has the suffix `.br`. */
      readonly file: string
      readonly type: string
      readonly hashed: boolean
      readonly compressedBytes: number
    }
  >
>

type ConsoleFile = {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly encoding: 'br' | null
  readonly hashed: boolean
}

/** A file of the console, compressed if the browser accepts it; null if there is none. */
export type ConsoleFiles = (path: string, acceptEncoding: string) => Promise<ConsoleFile | null>

/** The console in a folder beside the bundle; null if it was not built. */
export function readConsoleFiles(folder: string): ConsoleFiles | null {
  const manifestFile = join(folder, 'manifest.json')
  if (!existsSync(manifestFile)) return null
  let manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as ConsoleManifest
  return async (path, acceptEncoding) => {
    // Another process may have built the console again: its page names files that are not in our manifest.
    if (path.startsWith('/assets/') && !Object.hasOwn(manifest, path))
      manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as ConsoleManifest
    const known = Object.hasOwn(manifest, path) ? manifest[path] : undefined
    if (!known) return null
    const encoding = /\bbr\b/.test(acceptEncoding) ? 'br' : null
    const body = await readFile(join(folder, encoding === null ? known.file : `${known.file}.br`)).catch(
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      },
    )
    return body && { body: new Uint8Array(body), type: known.type, encoding, hashed: known.hashed }
  }
}
