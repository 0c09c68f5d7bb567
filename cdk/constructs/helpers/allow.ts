import { Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import { flatten } from './flatten.ts'

export type Permission = {
  /** The purpose in one or two words. It is the statement's id, which tests and people refer to. */
  readonly sid: string
  /** Complete names, never a wildcard. */
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** IAM conditions. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
  /** Why a resource has a wildcard; required if one has. */
  readonly wildcard?: string
}

/** Gives a role permissions. A wildcard without a reason remains a finding of cdk-nag, which fails the synthesis. */
export function allow(role: Role, ...permissions: readonly Permission[]): void {
  for (const { sid, actions, resources, wildcard, conditions } of permissions) {
    role.addToPolicy(
      new PolicyStatement({
        sid,
        actions: [...actions],
        resources: [...resources],
        ...(conditions && { conditions }),
      }),
    )
    if (wildcard === undefined) continue
    for (const resource of resources) {
      const finding = `AwsSolutions-IAM5[Resource::${flatten(Stack.of(role).resolve(resource))}]`
      Validations.of(role).acknowledge({ id: finding, reason: `${sid}: ${wildcard}` })
    }
  }
}
