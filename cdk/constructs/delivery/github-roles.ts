import { Duration, Stack } from 'aws-cdk-lib'
import { CfnOIDCProvider, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { allow } from '../helpers/allow.ts'

export type GithubRolesProps = {
  /** `owner/name`. */
  readonly repository: string
  /** GitHub environments that may deploy: one per stage. */
  readonly environments: readonly string[]
  /** The qualifier of the CDK bootstrap. */
  readonly qualifier: string
}

const ISSUER = 'token.actions.githubusercontent.com'

/**
 * Roles that GitHub Actions assume through OIDC: one per environment that deploys, and a read-only one for pull
 * requests. They can assume the CDK's bootstrap roles and nothing else. The accepted tokens are exact, without
 * wildcards.
 */
export class GithubRoles extends Construct {
  readonly deployRoles: Readonly<Record<string, Role>>
  readonly diffRole: Role

  constructor(scope: Construct, id: string, { repository, environments, qualifier }: GithubRolesProps) {
    super(scope, id)
    const provider = new CfnOIDCProvider(this, 'Provider', {
      url: `https://${ISSUER}`,
      clientIdList: ['sts.amazonaws.com'],
    })
    const roleFor = (id: string, subject: string, description: string, kinds: readonly string[]): Role => {
      const role = new Role(this, id, {
        description,
        assumedBy: new WebIdentityPrincipal(provider.attrArn, {
          StringEquals: {
            [`${ISSUER}:aud`]: 'sts.amazonaws.com',
            [`${ISSUER}:sub`]: `repo:${repository}:${subject}`,
          },
        }),
        maxSessionDuration: Duration.hours(1),
      })
      const { account } = Stack.of(this)
      allow(role, {
        sid: 'UseBootstrap',
        actions: ['sts:AssumeRole'],
        resources: kinds.map(
          (kind) =>
            `arn:${Stack.of(this).partition}:iam::${account}:role/cdk-${qualifier}-${kind}-role-${account}-*`,
        ),
        wildcard: 'the bootstrap roles of all regions: which one is used is said at deployment',
      })
      return role
    }
    this.deployRoles = Object.fromEntries(
      environments.map((environment) => [
        environment,
        roleFor(
          `Deploy${environment}`,
          `environment:${environment}`,
          `GitHub environment ${environment} of ${repository} deploys`,
          ['deploy', 'file-publishing', 'image-publishing', 'lookup'],
        ),
      ]),
    )
    this.diffRole = roleFor('Diff', 'pull_request', `Pull requests of ${repository} compare`, ['lookup'])
  }
}
