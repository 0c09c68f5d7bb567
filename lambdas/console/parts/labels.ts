import { isLabelName, type Labels } from '../../shared/domain/labels.ts'
import { t } from '../text/text.ts'

/**
 * Reads labels as people type them: `fleet=north, depot`; null if nothing was typed. Throws a readable sentence if a part is not a
 * label.
 */
export function readLabels(text: string): Labels | null {
  const pairs = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const [name = '', ...value] = part.split('=')
      if (!isLabelName(name.trim())) {
        throw new Error(t.common.notLabel(part))
      }
      return [name.trim(), value.join('=').trim()]
    })
  return pairs.length === 0 ? null : Object.fromEntries(pairs)
}

export const toLabelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join(', ')

/** Reads pasted ids, with any separators; null if there are none. */
export function readIds(text: string): string[] | null {
  const ids = text.split(/[\s,;]+/).filter((part) => part !== '')
  const wrong = ids.find((id) => !/^\d{1,15}$/.test(id))
  if (wrong !== undefined) throw new Error(t.common.notId(wrong))
  return ids.length === 0 ? null : ids
}
