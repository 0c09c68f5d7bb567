import { buildAll } from './build/bundle.ts'
import { ConfigError, readConfig, settings } from './config/config.ts'
import { createApp } from './create-app.ts'
import { H02Stack } from './stack.ts'
import { values } from './values.ts'

/** What `cdk synth`, `diff` and `deploy` run: bundles, then the stack of one stage. */
const app = createApp()
const fromCommandLine = Object.fromEntries(
  Object.keys(settings).map((name) => [name, app.node.tryGetContext(name) as unknown]),
)
try {
  const config = readConfig(values, fromCommandLine)
  await buildAll()
  new H02Stack(app, config)
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
