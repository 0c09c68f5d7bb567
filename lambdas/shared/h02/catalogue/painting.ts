/** A text whose characters are marked as shown or hidden. The first rule that marks a character decides. */

/** The replacement of every secret, whatever its length. */
export const MASK = '****'

const maskPattern = /\*{4}/g

/** Like `matchAll`, which compiles a copy of the pattern each time. */
export function* matchesOf(pattern: RegExp, text: string): Generator<RegExpExecArray> {
  for (let from = 0; from <= text.length;) {
    pattern.lastIndex = from
    const match = pattern.exec(text)
    if (match === null) return
    yield match
    from = match.index + Math.max(1, match[0].length)
  }
}

const UNDECIDED = 0
const OPEN = 1
const HIDDEN = 2
/** From the private use area, so no text contains it. */
const SHOWN_CHAR = '\ue000'
const HIDDEN_CHAR = '\ue001'

/** The first character of a secret that directly follows another one. */
const HIDDEN_START = 3

/** A text with a mark for each character. */
export class Painting {
  readonly text: string
  private readonly state: Uint8Array

  constructor(text: string) {
    this.text = text
    this.state = new Uint8Array(text.length)
    for (const { index } of matchesOf(maskPattern, text)) this.hide(index, index + MASK.length)
  }

  show(from: number, to: number): void {
    this.paint(from, to, OPEN)
  }

  hide(from: number, to: number): void {
    this.paint(from, to, HIDDEN)
  }

  isShown(at: number): boolean {
    return this.state[at] === OPEN
  }

  isHidden(at: number): boolean {
    return (this.state[at] ?? UNDECIDED) >= HIDDEN
  }

  /** Whether no character in the range is marked. */
  isFree(from: number, to: number): boolean {
    for (let at = from; at < to; at++) if (this.state[at] !== UNDECIDED) return false
    return true
  }

  /** The text with a placeholder for each marked character, so that rules only match unmarked ones. */
  rest(): string {
    let rest = ''
    for (let at = 0; at < this.text.length; at++) {
      const state = this.state[at]
      rest += state === UNDECIDED ? this.text[at] : state === OPEN ? SHOWN_CHAR : HIDDEN_CHAR
    }
    return rest
  }

  /** Replaces each secret by one mask. */
  masked(): string {
    let result = ''
    for (let at = 0; at < this.text.length; at++) {
      if (!this.isHidden(at)) result += this.text[at]
      else if (!this.isHidden(at - 1) || this.state[at] === HIDDEN_START) result += MASK
    }
    return result
  }

  private paint(from: number, to: number, value: number): void {
    let isFirst = value === HIDDEN
    for (let at = Math.max(0, from); at < to; at++) {
      if (this.state[at] !== UNDECIDED) continue
      this.state[at] = isFirst ? HIDDEN_START : value
      isFirst = false
    }
  }
}
