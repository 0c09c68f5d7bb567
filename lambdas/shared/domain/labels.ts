/** Labels of a device, such as `fleet=north`. Names and values are compared exactly. */
export type Labels = Readonly<Record<string, string>>

export const noLabels: Labels = {}
export const MAX_LABELS = 20
export const MAX_LABEL_VALUE = 128

/** `__proto__` matches the pattern, but has a special meaning in objects. */
export const isLabelName = (text: string): boolean =>
  /^[A-Za-z0-9._/-]{1,63}$/.test(text) && text !== '__proto__'

/** One condition on labels; a null value accepts any value. */
export type LabelCondition = { readonly name: string; readonly value: string | null }
/** All conditions must hold. Without conditions every device matches. */
export type LabelFilter = readonly LabelCondition[]

const valueOf = (labels: Labels, name: string): string | null =>
  Object.hasOwn(labels, name) ? labels[name]! : null

export const hasLabels = (labels: Labels, filter: LabelFilter): boolean =>
  filter.every(({ name, value }) => {
    const own = valueOf(labels, name)
    return own !== null && (value === null || own === value)
  })

/** The filter that finds the devices that have all these labels. */
export const toFilter = (labels: Labels | null): LabelFilter =>
  Object.entries(labels ?? {}).map(([name, value]) => ({ name, value }))

/** The labels of a device after a change; null removes a label. Sorted by name, so that equal labels are equal texts. */
export const mergeLabels = (before: Labels, changes: Readonly<Record<string, string | null>>): Labels =>
  Object.fromEntries(
    Object.entries({ ...before, ...changes })
      .filter((one): one is [string, string] => one[1] !== null)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

/** Why a device cannot have these labels; null if it can. Two names that differ only in case are most likely a mistake. */
export function findLabelFault(labels: Labels): string | null {
  const names = Object.keys(labels)
  if (names.length > MAX_LABELS) return `expected at most ${MAX_LABELS} labels, not ${names.length}`
  const byLowerCase = new Map<string, string>()
  for (const name of names) {
    const other = byLowerCase.get(name.toLowerCase())
    if (other !== undefined) return `${other} and ${name} differ in case only; take one away with null`
    byLowerCase.set(name.toLowerCase(), name)
  }
  return null
}

/** Labels as an attribute of an item: one text, because conditions of updates compare it. */
export const writeLabels = (labels: Labels): string => JSON.stringify(mergeLabels(labels, {}))

/** The attributes of a device's item that show its labels, and whether it is registered. */
export const labelAttributes = ['deviceId', 'labels', 'registeredAt', 'deletedAt'] as const

/** Empty for an item without the attribute. */
export const readLabels = (value: unknown): Labels =>
  typeof value === 'string' ? (JSON.parse(value) as Labels) : noLabels
