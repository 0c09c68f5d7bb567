import { App, Validations } from 'aws-cdk-lib'
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' }
import { AwsSolutionsChecks } from 'cdk-nag'
import { ValidateChanged } from './build/validate-changed.ts'

/**
 * An app with the CDK's recommended flags (findings of CloudFormation's validation are errors) and the rules of
 * cdk-nag. With `passedFolder`, templates that passed the validation are remembered there and not validated again.
 */
export function createApp({
  outdir,
  passedFolder,
}: { readonly outdir?: string; readonly passedFolder?: string } = {}): App {
  const app = new App({
    context: featureFlags,
    analyticsReporting: false,
    ...(outdir !== undefined && { outdir }),
  })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  if (passedFolder !== undefined) Validations.of(app).addPlugins(new ValidateChanged(passedFolder))
  return app
}
