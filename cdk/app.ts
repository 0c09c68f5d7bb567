import { App, Validations } from 'aws-cdk-lib'
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' }
import { AwsSolutionsChecks } from 'cdk-nag'
import { buildAll } from './bundle.ts'
import { ConfigError, readConfig, settings } from './config.ts'
import { H02Stack } from './stack.ts'
import { values } from './values.ts'

/** What `cdk synth`, `diff` and `deploy` run: bundles, then the stack of one stage, checked. */
const app = new App({ context: featureFlags, analyticsReporting: false })
const fromCommandLine = Object.fromEntries(
  Object.keys(settings).map((name) => [name, app.node.tryGetContext(name) as unknown]),
)
try {
  const config = readConfig(values, fromCommandLine)
  await buildAll()
  new H02Stack(app, config)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exit(1)
}
