/**
 * A resolved value of a template as one text: `{ "Fn::GetAtt": ["Table", "Arn"] }` is `<Table.Arn>`. It is how cdk-nag
 * names resources in its findings, and how tests compare ARNs.
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
