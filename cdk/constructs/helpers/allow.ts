import { Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import { flatten } from './flatten.ts'

export type Permission = {
  /** What for, in a word or two: the statement's id, by which tests and people name it. */
  readonly sid: string
  /** Never with a wildcard: what a part may do is listed. */
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** Under which conditions, as IAM writes them. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Why a resource has a wildcard; required when one has. */
  readonly wildcard?: string
}

/** Gives a role permissions. A wildcard without its reason stays a finding of cdk-nag, which fails the synthesis. */
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
