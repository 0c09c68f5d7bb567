/** The longest text that a service accepts. */
type TextLimit = {
  readonly max: number
  readonly sizeOf: (text: string) => number
}

/** UTF-8. */
export const bytes = (max: number): TextLimit => ({ max, sizeOf: (text) => Buffer.byteLength(text) })
/** UTF-16 units: at least the characters, however a service counts these. */
export const characters = (max: number): TextLimit => ({ max, sizeOf: ({ length }) => length })

const CUT = '…'

/** The text, or its beginning and a mark if it is too long. No character is split. */
export function fit(text: string, { max, sizeOf }: TextLimit): string {
  if (sizeOf(text) <= max) return text
  let size = sizeOf(CUT)
  let end = 0
  for (const character of text) {
    size += sizeOf(character)
    if (size > max) break
    end += character.length
  }
  return `${text.slice(0, end)}${CUT}`
}
