import { enableCompileCache } from 'node:module'
import { buildAll } from '../build/bundle.ts'
import { embeddedEntry, entries } from '../build/entries.ts'
import { print, printError } from '../print.ts'
import { help, readOptions, type LocalOptions } from './options.ts'
import { pathOf, urlOf } from './paths.ts'

const options = readOptions(process.argv.slice(2))
if (options === 'help') print(help)
else if ('problem' in options) {
  printError(`${options.problem}\n\n${help}`)
  process.exitCode = 2
} else {
  print('Starting …')
  const { run } = await loadProgram()
  await run(options)
}

/** The rest of this program as a bundle: its sources would take a second and 40 MB more to load. */
async function loadProgram(): Promise<{ readonly run: (options: LocalOptions) => Promise<void> }> {
  enableCompileCache(pathOf('.build/compiled'))
  await buildAll(undefined, [...entries, embeddedEntry])
  return (await import(urlOf(`.build/${embeddedEntry.name}/index.mjs`).href)) as Awaited<
    ReturnType<typeof loadProgram>
  >
}
