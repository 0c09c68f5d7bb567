import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ts } from '@ts-morph/common'

const root = join(import.meta.dirname, '../..')

/** Documentation of the API, which people read in English. */
const documents = /^(?:description|summary|examples?|title|label)$/
/** Calls that write documentation, the log, or errors of programmers. */
const otherCalls = /(?:(?<!^app)\.openapi|\.describe|\.meta|\blog\.\w+|^log|^onError|^json)$/
const otherErrors = /^(?:Error|TypeError|RangeError|RegExp)$/

const isPlus = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken

/** A text as it is in the code, with `{}` for each value; null if the node is no text. */
function templateOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('')
  if (!isPlus(node)) return null
  const [left, right] = [templateOf(node.left), templateOf(node.right)]
  return left === null && right === null ? null : `${left ?? '{}'}${right ?? '{}'}`
}

const operandsOf = (node: ts.Expression): ts.Expression[] =>
  isPlus(node) ? [...operandsOf(node.left), ...operandsOf(node.right)] : [node]
/** The values in a part of a text. */
const valuesOf = (node: ts.Expression): ts.Expression[] =>
  ts.isTemplateExpression(node)
    ? node.templateSpans.map(({ expression }) => expression)
    : ts.isStringLiteralLike(node)
      ? []
      : [node]

/** At least two words, of which one is no value. */
const isSentence = (text: string): boolean => /\p{Ll}{2}/u.test(text) && /\S \S/.test(text.trim())

const isSkipped = (node: ts.Node): boolean =>
  ts.isImportDeclaration(node) ||
  ts.isTypeNode(node) ||
  (ts.isPropertyAssignment(node) && documents.test(node.name.getText())) ||
  (ts.isNewExpression(node) && otherErrors.test(node.expression.getText()))

/** The sentences of some files, as `expected at most {} rules`. `isOther`: nodes that are not read. */
export function sentencesIn(
  patterns: readonly string[],
  isOther: (node: ts.Node) => boolean = () => false,
): { readonly file: string; readonly text: string }[] {
  const files = globSync([...patterns], { cwd: root }).toSorted()
  return files.flatMap((file) => {
    const code = readFileSync(join(root, file), 'utf8')
    const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true)
    const found: string[] = []
    const visit = (node: ts.Node): void => {
      if (isSkipped(node) || isOther(node)) return
      const text = templateOf(node)
      if (text !== null && isSentence(text)) found.push(text.replaceAll(/(?:\{\})+/g, '{}').trim())
      if (isPlus(node) && text !== null) operandsOf(node).flatMap(valuesOf).forEach(visit)
      else if (ts.isCallExpression(node) && otherCalls.test(node.expression.getText())) visit(node.expression)
      else ts.forEachChild(node, visit)
    }
    visit(source)
    return found.map((text) => ({ file, text }))
  })
}
