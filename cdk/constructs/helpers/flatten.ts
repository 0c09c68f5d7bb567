/**
 * A resolved template value as one string: `{ "Fn::GetAtt": ["Table", "Arn"] }` becomes `<Table.Arn>`. cdk-nag names
 * resources like this in its findings; tests compare ARNs with it.
 */
export function flatten(value: unknown): string {
  if (typeof value === 'string') return value
  const { Ref, ...functions } = (value ?? {}) as Record<string, unknown>
  if (typeof Ref === 'string') return `<${Ref}>`
  const join = functions['Fn::Join'] as readonly [string, readonly unknown[]] | undefined
  if (join) return join[1].map(flatten).join(join[0])
  const attribute = functions['Fn::GetAtt'] as readonly unknown[] | undefined
  if (attribute) return `<${attribute.map(flatten).join('.')}>`
  const substitute = functions['Fn::Sub']
  if (typeof substitute === 'string') return substitute.replaceAll('${', '<').replaceAll('}', '>')
  return JSON.stringify(value)
}
