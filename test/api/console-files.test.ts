import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConsoleFiles } from '../../lambdas/api/site/files.ts'

describe('the files of the console', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'h02-console-files-'))
    mkdirSync(join(folder, 'assets'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** A build whose page loads one script. */
  function build(script: string): void {
    const files = { '/': 'index.html', [`/assets/${script}`]: `assets/${script}` }
    for (const file of Object.values(files)) {
      writeFileSync(join(folder, file), `${script} in ${file}`)
      writeFileSync(join(folder, `${file}.br`), `${script} in ${file}, compressed`)
    }
    const manifest = Object.entries(files).map(([path, file]) => [
      path,
      { file, type: 'text/plain', hashed: path !== '/', compressedBytes: 1 },
    ])
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(Object.fromEntries(manifest)))
  }
  const textOf = (file: { readonly body: Uint8Array } | null): string | null =>
    file && Buffer.from(file.body).toString()

  it('are sent as they are, or compressed where the browser accepts it', async () => {
    build('one.js')
    const files = readConsoleFiles(folder)!
    expect(textOf(await files('/', ''))).toBe('one.js in index.html')
    expect(await files('/assets/one.js', 'gzip, br')).toMatchObject({ encoding: 'br', hashed: true })
    expect(textOf(await files('/assets/one.js', 'gzip, br'))).toBe('one.js in assets/one.js, compressed')
    expect(await files('/assets/../manifest.json', '')).toBe(null)
    expect(await files('/constructor', '')).toBe(null)
  })

  it('are found after another process has built the console again', async () => {
    build('one.js')
    const files = readConsoleFiles(folder)!
    build('two.js')
    rmSync(join(folder, 'assets/one.js'))
    expect(textOf(await files('/', ''))).toBe('two.js in index.html')
    expect(await files('/assets/one.js', '')).toBe(null)
    expect(textOf(await files('/assets/two.js', ''))).toBe('two.js in assets/two.js')
    expect(await files('/assets/one.js', '')).toBe(null)
  })

  it('are none in a folder without a build', () => expect(readConsoleFiles(folder)).toBe(null))
})
