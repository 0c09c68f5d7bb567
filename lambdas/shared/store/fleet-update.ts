/** An update of an item. A name may be in one of the three only; `set` has priority. */
export type Changes = {
  readonly set: Readonly<Record<string, unknown>>
  readonly setIfAbsent: Readonly<Record<string, unknown>>
  readonly remove: readonly string[]
}

/** Builds DynamoDB's update expression. Every name gets a placeholder, because many of ours are reserved words. */
export function toUpdate({ set, setIfAbsent, remove }: Changes) {
  const names: Record<string, string> = {}
  const values: Record<string, unknown> = {}
  const nameOf = (name: string): string => {
    names[`#${name}`] = name
    return `#${name}`
  }
  const valueOf = (name: string, value: unknown): string => {
    values[`:${name}`] = value
    return `:${name}`
  }
  const removed = [...new Set(remove)].filter((name) => !(name in set))
  const absent = Object.entries(setIfAbsent).filter(([name]) => !(name in set) && !removed.includes(name))
  const sets = [
    ...Object.entries(set).map(([name, value]) => `${nameOf(name)} = ${valueOf(name, value)}`),
    ...absent.map(
      ([name, value]) => `${nameOf(name)} = if_not_exists(${nameOf(name)}, ${valueOf(name, value)})`,
    ),
  ]
  const parts = [
    ...(sets.length > 0 ? [`set ${sets.join(', ')}`] : []),
    ...(removed.length > 0 ? [`remove ${removed.map(nameOf).join(', ')}`] : []),
  ]
  return {
    UpdateExpression: parts.join(' '),
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  }
}
