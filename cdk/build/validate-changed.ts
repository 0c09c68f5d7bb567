import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
} from 'aws-cdk-lib'
import cdk from 'aws-cdk-lib/package.json' with { type: 'json' }

/**
 * Runs CloudFormation's validation only on templates that changed: it takes half of the time of a synthesis. Digests of
 * templates that passed, with the version of the rules, are stored in `folder`.
 */
export class ValidateChanged extends CloudFormationValidatePlugin {
  private readonly folder: string

  constructor(folder: string) {
    super()
    this.folder = folder
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const templates = context.stackTemplates.map(({ templatePath }) => readFileSync(templatePath, 'utf8'))
    const file = join(this.folder, `template-${hash('sha256', [cdk.version, ...templates].join('\n'))}`)
    if (existsSync(file)) return { success: true, violations: [] }
    const report = super.validate(context)
    if (report.success && report.violations.length === 0) {
      mkdirSync(this.folder, { recursive: true })
      writeFileSync(file, '')
    }
    return report
  }
}
