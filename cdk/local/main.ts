import { enableCompileCache } from 'node:module'
import { buildAll } from '../build/bundle.ts'
import { embeddedEntry, entries } from '../build/entries.ts'
import { print, printError } from '../print.ts'
import { findTakenByNpm, HELP, readOptions } from './options.ts'
import { pathOf, urlOf } from './paths.ts'
import { FolderError } from './private-files.ts'
import { prepareFolder } from './try-folder.ts'

const BUILDING =
  'Building what is new or has changed: the first time this takes about a quarter of a minute …'

const options = readOptions(process.argv.slice(2))
const takenByNpm = findTakenByNpm(process.env)
if (options === 'help') print(HELP)
else if (takenByNpm !== null) {
  printError(takenByNpm)
  process.exitCode = 2
} else if ('problem' in options) {
  printError(`${options.problem}\n\n${HELP}`)
  process.exitCode = 2
} else if (isReady(options.dataDir)) {
  print('Starting …')
  await buildAll(undefined, [...entries, embeddedEntry], () => print(BUILDING))
  const program = `.build/${embeddedEntry.name}/index.mjs`
  const compiled = pathOf('.build/compiled')
  if (process.platform === 'win32') {
    enableCompileCache(compiled)
    await import(urlOf(program).href)
  } else {
    // Embedded mode runs as a second program, because the memory that the build used to find changes (35 MB) would otherwise stay
    // allocated. That program is a bundle: loading its sources would take a second and 40 MB more.
    const args = [...process.execArgv, pathOf(program), ...process.argv.slice(2)]
    process.execve!(process.execPath, [process.execPath, ...args], {
      ...process.env,
      NODE_COMPILE_CACHE: compiled,
    })
  }
}

/** Before the build, which takes much longer than this. */
function isReady(dataDir: string): boolean {
  try {
    prepareFolder(dataDir)
    return true
  } catch (error) {
    if (!(error instanceof FolderError)) throw error
    printError(error.message)
    process.exitCode = 2
    return false
  }
}
