import { join } from 'node:path'
import { buildAll } from './build/bundle.ts'
import { ConfigError } from './config/config.ts'
import { readStage } from './config/stages.ts'
import { createApp } from './create-app.ts'
import { H02Stack } from './stack.ts'

/** Entry point of `cdk synth`, `diff` and `deploy`: builds the bundles, then the stack of one stage. */
const app = createApp({ passedFolder: join(import.meta.dirname, '../.build/passed') })
try {
  const config = await readStage(app.node.getAllContext())
  await buildAll()
  new H02Stack(app, config)
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
