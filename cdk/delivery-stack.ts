import { CfnOutput, Stack, type App } from 'aws-cdk-lib'
import { GithubRoles, type GithubRolesProps } from './constructs/delivery/github-roles.ts'

/** What GitHub Actions need to deploy. An administrator deploys it once per account. */
export class DeliveryStack extends Stack {
  constructor(app: App, props: GithubRolesProps) {
    super(app, 'h02-delivery', { description: 'H02 gateway: roles for GitHub Actions' })
    const { deployRoles, diffRole } = new GithubRoles(this, 'Github', props)
    for (const [environment, role] of Object.entries(deployRoles)) {
      new CfnOutput(this, `DeployRole${environment}`, {
        description: `AWS_DEPLOY_ROLE of the GitHub environment ${environment}`,
        value: role.roleArn,
      })
    }
    new CfnOutput(this, 'DiffRole', {
      description: 'AWS_DIFF_ROLE of the repository',
      value: diffRole.roleArn,
    })
  }
}
