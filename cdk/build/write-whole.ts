import { readFile, rename, writeFile } from 'node:fs/promises'

/** Writes a file atomically: another process may be loading the bundle. */
export async function writeWhole(path: string, contents: Uint8Array): Promise<void> {
  const before = await readFile(path).catch(() => null)
  if (before && Buffer.compare(before, contents) === 0) return
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, contents)
  await rename(temporary, path)
}
