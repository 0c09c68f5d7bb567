type Element = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Only characters of XML 1.0 (section 2.2). */
const legal = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u

const unescape = (text: string): string =>
  text.replaceAll(/&([^;]*);?/g, (all, name: string) => {
    const char = all.endsWith(';') ? entities[name] : undefined
    if (char === undefined) throw new Error(`no entity ${all}`)
    return char
  })

/** A strict reader of the XML we write: throws if it is not well-formed. */
export function readXml(source: string): Element {
  if (!legal.test(source)) throw new Error('characters that XML does not have')
  const body = source.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, '')
  const tokens = body.match(/<[^<>]*>|[^<>]+/g) ?? []
  if (tokens.join('') !== body) throw new Error('a stray < or >')
  type Open = { name: string; attributes: Record<string, string>; children: Element[]; text: string }
  const root: Open = { name: '', attributes: {}, children: [], text: '' }
  const open: Open[] = [root]
  for (const token of tokens) {
    const parent = open.at(-1)!
    if (token.startsWith('</')) {
      if (token !== `</${parent.name}>`) throw new Error(`${token} closes ${parent.name}`)
      open.pop()
    } else if (token.startsWith('<')) {
      const [, name, list] = /^<([\w:]+)((?: [\w:]+="[^"]*")*)>$/.exec(token) ?? []
      if (!name) throw new Error(`no tag: ${token}`)
      const pairs = [...(list ?? '').matchAll(/ ([\w:]+)="([^"]*)"/g)]
      const attributes = Object.fromEntries(pairs.map(([, key, value]) => [key!, unescape(value!)]))
      const element: Open = { name, attributes, children: [], text: '' }
      parent.children.push(element)
      open.push(element)
    } else parent.text += unescape(token)
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('not one closed root')
  return root.children[0]!
}
