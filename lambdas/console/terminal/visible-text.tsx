import type { ComponentChildren } from 'preact'

const names: Readonly<Record<number, string>> = {
  0: 'NUL',
  7: 'BEL',
  9: 'TAB',
  10: 'LF',
  13: 'CR',
  27: 'ESC',
  127: 'DEL',
}

const isControl = (code: number): boolean => code < 32 || (code >= 127 && code < 160)

/** Raw text with visible control characters; a line feed is shown and also breaks the line. */
export function VisibleText({ text }: { text: string }) {
  const parts: ComponentChildren[] = []
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (!isControl(code)) continue
    if (i > from) parts.push(text.slice(from, i))
    parts.push(<span class="control">{names[code] ?? `x${code.toString(16).padStart(2, '0')}`}</span>)
    if (code === 10) parts.push('\n')
    from = i + 1
  }
  if (from < text.length) parts.push(text.slice(from))
  return <>{parts}</>
}

/** Hex in groups of two bytes. */
export const groupHex = (hex: string): string => hex.match(/.{1,4}/g)?.join(' ') ?? ''
