import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildAll } from '../cdk/build/bundle.ts'
import { RUN_FOLDER } from './run-folder.ts'

/**
 * Builds all bundles and the console, once in a run of the tests: whichever file needs them first builds, others wait.
 * Outside of a run, as in a bench, it builds each time.
 */
export async function buildOnce(): Promise<void> {
  const folder = process.env[RUN_FOLDER]
  if (folder === undefined) {
    await buildAll()
    return
  }
  const outcome = join(folder, 'built')
  if (isFirst(join(folder, 'building'))) {
    const failure = await buildAll().then(
      () => '',
      (error: unknown) => String(error),
    )
    writeFileSync(`${outcome}.tmp`, failure)
    renameSync(`${outcome}.tmp`, outcome)
  }
  while (!existsSync(outcome)) await sleep(50)
  const failure = readFileSync(outcome, 'utf8')
  if (failure !== '') throw new Error(`the bundles could not be built: ${failure}`)
}

function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
