import { flatten } from '../../cdk/constructs/helpers/flatten.ts'
import { allows, type Policy } from '../../cdk/local/stand-ins/iam-policy.ts'
import type { Synthesized } from './synth.ts'

/** A permission of a part: one statement of its role's policy. */
export type Permission = {
  readonly part: string
  readonly effect: 'Allow' | 'Deny'
  readonly sid: string
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** It applies only to items of these partitions (`dynamodb:LeadingKeys`). */
  readonly leadingKeys?: { readonly of: 'any' | 'all'; readonly patterns: readonly string[] }
}
export type Call = {
  readonly part: string
  readonly action: string
  readonly resource: string
  readonly leadingKeys?: readonly string[]
}

/** Whose role it is, by how its logical id begins. */
const parts: readonly (readonly [prefix: string, part: string])[] = [
  ['GatewayTaskRole', 'gateway'],
  ['IngestPartRole', 'ingest'],
  ['ArchivePartRole', 'archive'],
  ['ControlPartRole', 'control'],
  ['ApiLiveRole', 'live'],
  ['ApiRole', 'api'],
  ['NotifyPartRole', 'notify'],
  ['WebhooksPartRole', 'webhooks'],
  ['CanaryPartRole', 'canary'],
]
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

/** All statements of the parts' roles; `nameOf` says what a reference of the template is called where it was recorded. */
export function permissionsOf({ ofType }: Synthesized, nameOf: (reference: string) => string): Permission[] {
  return ofType('AWS::IAM::Policy').flatMap(({ Properties: { Roles, PolicyDocument } }) => {
    const role = flatten(Roles[0]).slice(1)
    const [, part] = parts.find(([prefix]) => role.startsWith(prefix)) ?? []
    if (part === undefined) return []
    return list(PolicyDocument.Statement).map((statement: any) => ({
      part,
      effect: statement.Effect,
      ...(statement.Condition &&
        !isTopicCondition(statement.Condition) && { leadingKeys: leadingKeysIn(statement.Condition) }),
      sid: String(statement.Sid),
      actions: list(statement.Action).map(String),
      resources: list(statement.Resource).map((resource) =>
        flatten(resource).replaceAll(/<[^>]+>/g, (reference) => nameOf(reference)),
      ),
    }))
  })
}

/**
 * The partitions of a condition; fails for others, which this test would not judge. `iot:Topic` of a direct message
 * is not part of a recorded call; traps.ts looks at it.
 */
function leadingKeysIn(condition: any): NonNullable<Permission['leadingKeys']> {
  // Which attributes may be read is not part of a recorded call either.
  const { 'ForAllValues:StringEquals': attributes, StringEquals: select, ...rest } = condition
  const isOfAttributes = Object.keys({ ...attributes, ...select }).every((key) =>
    ['dynamodb:Attributes', 'dynamodb:Select'].includes(key),
  )
  const [operator = '', like, ...others] = Object.entries<any>(isOfAttributes ? rest : condition).flat()
  const of = { 'ForAnyValue:StringLike': 'any', 'ForAllValues:StringLike': 'all' }[operator as string]
  const { 'dynamodb:LeadingKeys': keys, ...more } = like ?? {}
  if (of === undefined || !keys || others.length > 0 || Object.keys(more).length > 0)
    throw new Error(`not understood: ${JSON.stringify(condition)}`)
  return { of: of as 'any' | 'all', patterns: list(keys).map(String) }
}

const isTopicCondition = (condition: any): boolean =>
  flatten(condition) === flatten({ StringLike: { 'iot:Topic': condition.StringLike?.['iot:Topic'] } })

const isLike = (pattern: string, text: string): boolean =>
  allows([{ effect: 'Allow', actions: ['x'], resources: [pattern] }], 'x', text)

/** The statements that apply to a call, as far as their conditions go. */
const toPolicy = (permissions: readonly Permission[], { leadingKeys = [] }: Call): Policy =>
  permissions
    .filter(({ leadingKeys: condition }) => {
      if (condition === undefined) return true
      const matches = (key: string) => condition.patterns.some((pattern) => isLike(pattern, key))
      return condition.of === 'any' ? leadingKeys.some(matches) : leadingKeys.every(matches)
    })
    .map(({ effect, actions, resources }) => ({ effect, actions, resources }))

/** The calls that no statement allows. */
export const deniedCalls = (calls: readonly Call[], permissions: readonly Permission[]): Call[] =>
  calls.filter((call) => {
    const ofPart = permissions.filter((one) => one.part === call.part)
    return !allows(toPolicy(ofPart, call), call.action, call.resource)
  })

/** Every action of every statement that no call used, as `part/sid action`. */
export const unusedActions = (calls: readonly Call[], permissions: readonly Permission[]): string[] =>
  permissions.flatMap(({ part, effect, sid, actions, resources }) =>
    (effect === 'Deny' ? [] : actions)
      .filter(
        (action) =>
          !calls.some(
            (call) =>
              call.part === part &&
              allows([{ effect: 'Allow', actions: [action], resources }], call.action, call.resource),
          ),
      )
      .map((action) => `${part}/${sid} ${action}`),
  )
