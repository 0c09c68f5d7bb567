import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api'
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions'
import { buildOnce } from '../bundles.ts'
import { readConfig, type Values } from '../../cdk/config/config.ts'
import { createApp } from '../../cdk/create-app.ts'
import { H02Stack } from '../../cdk/stack.ts'

export type Resource = {
  readonly Type: string
  readonly Properties: any
  readonly DependsOn?: string | readonly string[]
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}
export type Synthesized = {
  readonly template: Template
  readonly resources: Readonly<Record<string, Resource>>
  readonly outputs: Readonly<Record<string, { readonly Value: unknown; readonly Description: string }>>
  readonly ofType: (type: string) => Resource[]
  /** The only one, or the only one whose id begins so; fails when there are none or several. */
  readonly only: (type: string, prefix?: string) => Resource
  readonly warnings: readonly string[]
  readonly terminationProtection: boolean
  /** Of the stack itself: the template has none of them. */
  readonly tags: Readonly<Record<string, string>>
  /** What the CDK deploys with, from its bootstrap: roles, and where the template goes. */
  readonly bootstrap: readonly string[]
}

/**
 * The stack of this configuration as CloudFormation gets it. Throws when cdk-nag or CloudFormation's own validation
 * finds anything. Takes seconds: a test file does it once.
 */
export async function synthesize(values: Values = {}): Promise<Synthesized> {
  await buildOnce()
  const outdir = mkdtempSync(join(tmpdir(), 'h02-cdk-'))
  try {
    const app = createApp({ outdir })
    // The template still contains the names of its assets; the tests need no copies of them.
    app.node.setContext(DISABLE_ASSET_STAGING_CONTEXT, true)
    const made = new H02Stack(app, readConfig(values))
    const template = Template.fromStack(made)
    const json = template.toJSON()
    const artifact = app.synth().getStackArtifact(made.artifactId)
    const resources = json.Resources as Record<string, Resource>
    const ofType = (type: string): Resource[] => Object.values(resources).filter(({ Type }) => Type === type)
    return {
      template,
      resources,
      outputs: json.Outputs,
      ofType,
      warnings: Annotations.fromStack(made)
        .findWarning('*', Match.anyValue())
        .map(({ entry }) => JSON.stringify(entry.data)),
      terminationProtection: made.terminationProtection ?? false,
      tags: artifact.tags,
      bootstrap: [
        artifact.assumeRoleArn,
        artifact.cloudFormationExecutionRoleArn,
        artifact.lookupRole?.arn,
        artifact.stackTemplateAssetObjectUrl,
      ].map((name) => name ?? 'none'),
      only: (type, prefix = '') => {
        const found = Object.entries(resources).filter(
          ([id, { Type }]) => Type === type && id.startsWith(prefix),
        )
        if (found.length !== 1) throw new Error(`${found.length} resources are ${type} ${prefix}, not one`)
        return found[0]![1]
      },
    }
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}
