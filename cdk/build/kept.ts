import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeWhole } from './write-whole.ts'

/** Digest of a file, by its path relative to a root; null if it does not exist. Each file is read once. */
type Digests = (path: string) => string | null
type Record = {
  readonly inputs: Readonly<{ [path: string]: string | null }>
  readonly outputs: Readonly<{ [path: string]: string | null }>
  readonly bytes: number
}
export type Build = {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly bytes: number
}

export function createDigests(root: string): Digests {
  const known = new Map<string, string | null>()
  return (path) => {
    let digest = known.get(path)
    if (digest === undefined) known.set(path, (digest = digestOf(join(root, path))))
    return digest
  }
}

function digestOf(file: string): string | null {
  try {
    return hash('sha1', readFileSync(file))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/**
 * Skips a build when the contents of its inputs and outputs are unchanged since the last one. `file` stores what that
 * build used. `inputsOf` and `outputsOf` read paths relative to the root of the repository and to the output folder.
 */
export async function keepBuild(
  file: string,
  inputsOf: Digests,
  outDir: string,
  make: () => Promise<Build>,
): Promise<Build> {
  const kept = await readRecord(file)
  // Outputs are read again each time: another process may have written them in the meantime.
  if (kept && isUnchanged(kept.inputs, inputsOf) && isUnchanged(kept.outputs, createDigests(outDir)))
    return { inputs: Object.keys(kept.inputs), outputs: Object.keys(kept.outputs), bytes: kept.bytes }
  const { inputs, outputs, bytes } = await make()
  const record: Record = {
    inputs: digest(inputs, inputsOf),
    outputs: digest(outputs, createDigests(outDir)),
    bytes,
  }
  await mkdir(dirname(file), { recursive: true })
  await writeWhole(file, Buffer.from(JSON.stringify(record)))
  return { inputs, outputs, bytes }
}

async function readRecord(file: string): Promise<Record | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record
  } catch {
    // The file is missing, or from another version, so the build runs again.
    return null
  }
}

const digest = (paths: readonly string[], digests: Digests): Record['inputs'] =>
  Object.fromEntries(paths.map((path) => [path, digests(path)]))

const isUnchanged = (before: Record['inputs'], digests: Digests): boolean =>
  Object.entries(before).every(([path, content]) => digests(path) === content)
