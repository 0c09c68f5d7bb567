import { parsers } from 'prettier/plugins/yaml'

/** What our YAML files consist of; numbers and booleans stay texts. */
type Yaml = string | null | readonly Yaml[] | { readonly [key: string]: Yaml }
type Node = { readonly type: string; readonly value?: string; readonly children?: readonly (Node | null)[] }

const childrenOf = ({ children = [] }: Node): Node[] => children.filter((child) => child !== null)

function toValue(node: Node | undefined): Yaml {
  if (node === undefined) return null
  const children = childrenOf(node)
  switch (node.type) {
    case 'null':
      return null
    case 'plain':
    case 'quoteSingle':
    case 'quoteDouble':
    case 'blockLiteral':
      return node.value ?? ''
    case 'sequence':
    case 'flowSequence':
      return children.map((item) => toValue(item.type.endsWith('Item') ? childrenOf(item)[0] : item))
    case 'mapping':
    case 'flowMapping':
      return Object.fromEntries(
        children.map((item) => {
          const [key, value] = childrenOf(item).map((part) => toValue(childrenOf(part)[0]))
          if (typeof key !== 'string') throw new Error('the key of a mapping must be a text')
          return [key, value ?? null]
        }),
      )
    default:
      throw new Error(`YAML of the type ${node.type} is not expected here`)
  }
}

/** Reads a file with one document, by Prettier's parser. */
export async function readYaml(text: string): Promise<Yaml> {
  const root = (await parsers.yaml.parse(text, {} as never)) as Node
  const [document] = childrenOf(root)
  const body = document && childrenOf(document).find(({ type }) => type === 'documentBody')
  return toValue(body && childrenOf(body)[0])
}
