/** Every text that a user of the console sees comes from its table: lambdas/console/text. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ts } from '@ts-morph/common'
import { describe, expect, it } from 'vitest'
import { en } from '../../lambdas/console/text/en/index.ts'

const folder = join(import.meta.dirname, '../../lambdas/console')
const files = globSync('**/*.{ts,tsx}', { cwd: folder })
  .filter((file) => !file.startsWith('text/'))
  .toSorted()

/** Attributes that people read or hear. */
const shown = new Set([
  'aria-label',
  'aria-valuetext',
  'title',
  'placeholder',
  'alt',
  'label',
  'hint',
  'yes',
  'what',
])

/** The same in each language: units, names of formats and products, examples of what is typed, parts of a command. */
const allowed: ReadonlySet<string> = new Set([
  'H02',
  '· H02',
  'V',
  'V1',
  'GSM',
  'UTC',
  'kn',
  'dBm',
  'lac',
  'cid',
  'OpenStreetMap',
  'Google Maps',
  'POST /v1/devices',
  'npm start',
  'npm start -- --host 0.0.0.0',
  'ST-906L',
  'ST906',
  'E01',
  'gps.example.com',
  'https://hooks.example.com/h02',
  'fleet=north, depot=7',
  'hourly-voltage',
  '*HQ,{id},R1,{time}#',
  'HTTP',
  '600 12px system-ui, sans-serif',
  '11px system-ui',
  // The code of a control character.
  'x',
  // Thrown to oneself, and never shown.
  'no clipboard',
])

const hasLetters = (text: string): boolean => /\p{L}{2}|^\p{L}$/u.test(text)
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** What an expression shows, as far as it is written in place: both ends of a choice, the parts of a template. */
function literalsIn(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node))
    return [
      node.head.text,
      ...node.templateSpans.flatMap(({ expression, literal }) => [...literalsIn(expression), literal.text]),
    ]
  if (ts.isConditionalExpression(node)) return [...literalsIn(node.whenTrue), ...literalsIn(node.whenFalse)]
  if (ts.isParenthesizedExpression(node) || ts.isJsxExpression(node) || ts.isAsExpression(node))
    return node.expression ? literalsIn(node.expression) : []
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken
    const isComparison =
      kind >= ts.SyntaxKind.LessThanToken && kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken
    return isComparison ? [] : [...literalsIn(node.left), ...literalsIn(node.right)]
  }
  return []
}

const isSentence = (text: string): boolean =>
  /^\P{L}*\p{Lu}?\p{L}+,? \p{L}+/u.test(text) && !/[{}<>=/]/.test(text)

/** Where code without JSX makes a text: errors, titles, states. A class or a selector is none. */
function sentenceOf(node: ts.Node): string[] {
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return []
  const { parent } = node
  if (ts.isImportDeclaration(parent) || ts.isLiteralTypeNode(parent)) return []
  if (ts.isJsxAttribute(parent) && !shown.has(parent.name.getText())) return []
  if (
    ts.isJsxExpression(parent) &&
    ts.isJsxAttribute(parent.parent) &&
    !shown.has(parent.parent.name.getText())
  )
    return []
  return literalsIn(node).filter(isSentence)
}

function textsOf(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(folder, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
    file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  )
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) found.push(node.text)
    else if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) found.push(...literalsIn(node))
    else if (ts.isJsxAttribute(node) && shown.has(node.name.getText()) && node.initializer)
      found.push(...literalsIn(node.initializer))
    else found.push(...sentenceOf(node))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return [...new Set(found.map(plain))].filter((text) => hasLetters(text) && !allowed.has(text))
}

describe('texts of the console', () => {
  it('are all in the table', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(files.flatMap((file) => textsOf(file).map((text) => `${file}: ${text}`))).toEqual([])
  })

  it('are all used', () => {
    const code = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
    const unused = Object.entries(en).flatMap(([page, texts]) =>
      Object.keys(texts)
        .filter((key) => !new RegExp(`\\bt\\.${page}\\.${key}\\b`).test(code))
        .filter(() => !new RegExp(`\\bt\\.${page}\\[`).test(code))
        .map((key) => `${page}.${key}`),
    )
    expect(unused).toEqual([])
  })
})
