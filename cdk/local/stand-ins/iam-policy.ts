/** Region and account in the ARNs of this machine. */
export const REGION = 'us-east-1'
export const ACCOUNT = '000000000000'

type Statement = {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}
export type Policy = readonly Statement[]

const toList = (value: unknown): readonly string[] | null => {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.every((one) => typeof one === 'string') ? list : null
}

/** A policy document with the features that we use, or a sentence about what is not supported. */
export function readPolicy(json: string): Policy | { readonly problem: string } {
  let document: { Version?: unknown; Statement?: unknown } | null
  try {
    document = JSON.parse(json) as typeof document
  } catch {
    return { problem: 'it is not JSON' }
  }
  if (document?.Version !== '2012-10-17') return { problem: 'its Version is not 2012-10-17' }
  const statements: unknown[] = Array.isArray(document.Statement) ? document.Statement : [document.Statement]
  const policy: Statement[] = []
  for (const statement of statements) {
    const { Sid, Effect, Action, Resource, ...others } = (statement ?? {}) as Record<string, unknown>
    const unknown = Object.keys(others)
    if (unknown.length > 0) return { problem: `${unknown.join(', ')} is not supported on this machine` }
    const actions = toList(Action)
    const resources = toList(Resource)
    if ((Effect !== 'Allow' && Effect !== 'Deny') || !actions || !resources) {
      return { problem: 'a statement lacks Effect, Action or Resource' }
    }
    if (resources.some((resource) => resource.includes('${'))) {
      return { problem: 'policy variables are not supported on this machine' }
    }
    if (Sid !== undefined && typeof Sid !== 'string') return { problem: 'a Sid is no text' }
    policy.push({ effect: Effect, actions, resources })
  }
  return policy
}

const patterns = new Map<string, RegExp>()
const patternOf = (text: string): RegExp => {
  let pattern = patterns.get(text)
  if (!pattern) {
    const escaped = text.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    pattern = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')
    patterns.set(text, pattern)
  }
  return pattern
}

/** A Deny overrides every Allow; the default is to deny. */
export function allows(policy: Policy, action: string, resource: string): boolean {
  const effects = policy
    .filter(
      ({ actions, resources }) =>
        actions.some((one) => patternOf(one.toLowerCase()).test(action.toLowerCase())) &&
        resources.some((one) => patternOf(one).test(resource)),
    )
    .map(({ effect }) => effect)
  return effects.includes('Allow') && !effects.includes('Deny')
}
