import { isLabelName, type Labels } from '../../shared/domain/labels.ts'

/** `fleet=north, depot` as people type labels; null: nothing was typed. Throws a sentence for what is no label. */
export function readLabels(text: string): Labels | null {
  const pairs = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const [name = '', ...value] = part.split('=')
      if (!isLabelName(name.trim())) {
        throw new Error(
          `"${part}" is not a label: write name=value, such as fleet=north, separated by commas; a name has letters, digits, ".", "_", "/" and "-"`,
        )
      }
      return [name.trim(), value.join('=').trim()]
    })
  return pairs.length === 0 ? null : Object.fromEntries(pairs)
}

export const toLabelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join(', ')

/** Ids as people paste them: separated by anything. Null: there are none. */
export function readIds(text: string): string[] | null {
  const ids = text.split(/[\s,;]+/).filter((part) => part !== '')
  const wrong = ids.find((id) => !/^\d{1,15}$/.test(id))
  if (wrong !== undefined) throw new Error(`"${wrong}" is not a device id: 1 to 15 digits`)
  return ids.length === 0 ? null : ids
}
