import { App, Validations } from 'aws-cdk-lib'
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' }
import { AwsSolutionsChecks } from 'cdk-nag'

/** An app under the CDK's recommended flags (findings of CloudFormation's validation are errors) and the rules of cdk-nag. */
export function createApp(outdir?: string): App {
  const app = new App({
    context: featureFlags,
    analyticsReporting: false,
    ...(outdir !== undefined && { outdir }),
  })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return app
}
