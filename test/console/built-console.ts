import { join } from 'node:path'
import { build } from 'esbuild'
import { buildConsole } from '../../cdk/build/bundle-console.ts'
import { buildMapData } from '../../cdk/build/map-data.ts'
import { readConsoleFiles, type ConsoleFiles } from '../../lambdas/api/site/files.ts'

/** The console alone, built into `folder`. */
export async function builtConsole(folder: string): Promise<ConsoleFiles | null> {
  const { outputs } = await buildMapData(join(folder, 'map-data'))
  await buildConsole(build, folder, outputs)
  return readConsoleFiles(folder)
}
