import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter(
    (file) => /\.(m?[jt]s|tsx|md|ya?ml|css|html)$|Dockerfile$/.test(file) && existsSync(join(root, file)),
  )
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
const documents = files.filter((file) => file.endsWith('.md'))

const headingsOf = (text: string): readonly string[] =>
  [...text.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title)
/** As GitHub makes them. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(' ', '-')
const anchors = new Map(documents.map((file) => [file, new Set(headingsOf(textOf(file)).map(anchorOf))]))
const sections = new Map(
  documents.map((file) => [
    basename(file),
    new Set(headingsOf(textOf(file)).flatMap((title) => /^(\d+(?:\.\d+)*)\.? /.exec(title)?.[1] ?? [])),
  ]),
)

/** Links of a document that lead to no file, or to no heading of it. */
function deadLinksOf(file: string): readonly string[] {
  const links = [...textOf(file).matchAll(/(?:\]\(|src="|srcset=")([^)\s"]+)/g)].map(([, link = '']) => link)
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? file : join(dirname(file), path)
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && !anchors.get(target)?.has(anchor)
    })
}

/** A document, and the sections of it that are named right behind it. */
const citation = /\b([A-Z][A-Za-z]*\.md)\b(?:[,)]? (?:sections? )((?:\d+(?:\.\d+)*(?:, | and | to )?)+))?/g
const ownDocuments = new Set(documents.map((file) => basename(file)))

function wrongCitationsOf(file: string): readonly string[] {
  // A comment continues after ` * ` or ` // ` on its next line.
  const text = textOf(file).replaceAll(/\n\s*(?:\*|\/\/) /g, ' ')
  return [...text.matchAll(citation)].flatMap(([all, name = '', numbers = '']) => {
    if (!ownDocuments.has(name)) return [all]
    const cited = numbers.match(/\d+(?:\.\d+)*/g) ?? []
    return cited.filter((number) => !sections.get(name)!.has(number)).map((number) => `${name} ${number}`)
  })
}

/** `(section 5.8)` in a document that has numbered sections means its own. */
function wrongSectionsOf(file: string): readonly string[] {
  const own = sections.get(basename(file))!
  if (own.size === 0) return []
  const text = textOf(file).replaceAll(citation, '')
  return [...text.matchAll(/(?<!RFC \d+ )\bsections? (\d+(?:\.\d+)*)/g)]
    .map(([, number = '']) => number)
    .filter((number) => !own.has(number))
}

describe('references', () => {
  it.each(documents)('%s: links lead somewhere', (file) => expect(deadLinksOf(file)).toEqual([]))

  it('name documents and sections that exist', () => {
    const wrong = files.flatMap((file) => wrongCitationsOf(file).map((citation) => `${file}: ${citation}`))
    expect(wrong).toEqual([])
  })

  it.each(documents)('%s: cites sections of its own that exist', (file) =>
    expect(wrongSectionsOf(file)).toEqual([]),
  )

  it('reach the comments: hundreds are found', () => {
    const found = files.flatMap((file) => textOf(file).match(citation) ?? [])
    expect(found.length).toBeGreaterThan(100)
  })
})

describe('the README of a top folder', () => {
  it.each(['cdk', 'container', 'lambdas', 'test'])('%s: names each folder in it', (top) => {
    const folders = new Set(files.flatMap((file) => new RegExp(`^${top}/([^/]+)/`).exec(file)?.[1] ?? []))
    const text = textOf(`${top}/README.md`)
    expect(folders.size).toBeGreaterThan(4)
    // As a link, in code, or as the beginning of a path in code.
    expect([...folders].filter((name) => !new RegExp(`(?:\\]\\(|\`)${name}[)\`/]`).test(text))).toEqual([])
  })

  it('names the tools that npm runs', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
    const tools = Object.keys(scripts).filter((name) => scripts[name]!.startsWith('node cdk/tools/'))
    const row = /^\| \[tools\].*$/m.exec(textOf('cdk/README.md'))?.[0] ?? ''
    expect(tools.length).toBeGreaterThan(10)
    expect(
      tools.filter((name) => !row.includes(`\`${name}\``) && !row.includes(`npm run ${name}\``)),
    ).toEqual([])
  })

  it('and the table of contents of ARCHITECTURE.md name each function and each folder of shared code', () => {
    const contents = /^### 3\.1 [^]*?(?=^### )/m.exec(textOf('cdk/ARCHITECTURE.md'))![0]
    const folders = files.flatMap((file) => /^lambdas\/(shared\/[^/]+|[^/]+)\//.exec(file)?.[1] ?? [])
    expect([...new Set(folders)].filter((name) => !contents.includes(`${name}/`))).toEqual([])
  })
})

describe('CONTRIBUTING.md', () => {
  it('explains each dependency, and none that is gone', () => {
    type Package = Record<'dependencies' | 'devDependencies', Record<string, string>>
    const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as Package
    const groupOf = (name: string): string => name.replace(/^(@aws-sdk|@smithy)\/.*/, '$1/*')
    const installed = new Set(Object.keys({ ...dependencies, ...devDependencies }).map(groupOf))
    const [, table = ''] = textOf('.github/CONTRIBUTING.md').split('## Dependencies')
    const explained = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    )
    expect(explained.toSorted()).toEqual([...installed].toSorted())
  })
})
