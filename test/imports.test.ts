import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

const root = join(import.meta.dirname, '..')
const files = globSync('{cdk,container,lambdas,test}/**/*.{ts,tsx,mts,mjs}', { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/(^|\/)(node_modules|cdk\.out|\.build)\//.test(file))
  .toSorted()
const known = new Set(files)

/** Types count: a file that needs the type of another cannot be understood, moved or tested without it. */
const statement = /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]/gm
const expression = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

function importsOf(text: string): string[] {
  return [...text.matchAll(statement), ...text.matchAll(expression)].map((found) => found[1] ?? found[2]!)
}

const toFile = (from: string, specifier: string): string | null => {
  if (specifier === '#h02') return 'lambdas/shared/h02/index.ts'
  if (specifier.startsWith('#h02/')) return `lambdas/shared/h02/${specifier.slice('#h02/'.length)}`
  if (specifier.startsWith('#shared/')) return `lambdas/shared/${specifier.slice('#shared/'.length)}`
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : null
}
const importsByFile = new Map(
  files.map((file) => [file, importsOf(readFileSync(join(root, file), 'utf8'))] as const),
)
const graph = new Map(
  [...importsByFile].map(([file, specifiers]) => [
    file,
    specifiers.flatMap((specifier) => toFile(file, specifier) ?? []).filter((to) => known.has(to)),
  ]),
)

/** Files that import each other, directly or by others: the strongly connected components, by Tarjan. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const circles: string[][] = []
  const visit = (file: string): number => {
    const own = index.size
    index.set(file, own)
    stack.push(file)
    let low = own
    for (const to of imports.get(file) ?? []) {
      if (!index.has(to)) low = Math.min(low, visit(to))
      else if (stack.includes(to)) low = Math.min(low, index.get(to)!)
    }
    lowest.set(file, low)
    if (low === own) {
      const circle = stack.splice(stack.indexOf(file))
      if (circle.length > 1 || imports.get(file)?.includes(file)) circles.push(circle)
    }
    return low
  }
  for (const file of imports.keys()) if (!index.has(file)) visit(file)
  return circles
}

/** One folder for each function. */
const functions = readdirSync(join(root, 'lambdas'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
  .map(({ name }) => name)

/** These folders of lambdas/shared, and its files that are in no folder. */
const sharedIn = (...folders: readonly string[]): RegExp =>
  new RegExp(`^lambdas/shared/((${folders.join('|')})/|[^/]+\\.ts$)`)

/** For files of a folder: what of ours, and which packages, they may import besides their own folder. */
const rules: readonly { readonly folder: string; readonly may: readonly RegExp[] }[] = [
  { folder: 'lambdas/shared/h02/', may: [] },
  { folder: 'lambdas/shared/domain/', may: [/^lambdas\/shared\/(h02\/|growing-bytes\.ts$)/] },
  { folder: 'lambdas/shared/history/', may: [sharedIn('domain', 'h02')] },
  { folder: 'lambdas/shared/places/', may: [sharedIn('domain', 'h02')] },
  { folder: 'lambdas/shared/notices/', may: [sharedIn('domain', 'h02')] },
  { folder: 'lambdas/shared/store/', may: [sharedIn('history', 'domain', 'h02')] },
  { folder: 'lambdas/shared/bus/', may: [sharedIn('history', 'domain', 'h02')] },
  { folder: 'lambdas/shared/webhooks/', may: [sharedIn('store', 'bus', 'history', 'domain', 'h02')] },
  {
    folder: 'lambdas/shared/events/',
    may: [sharedIn('webhooks', 'store', 'bus', 'history', 'domain', 'h02')],
  },
  { folder: 'lambdas/shared/commands/', may: [sharedIn('store', 'bus', 'history', 'domain', 'h02')] },
  { folder: 'container/sockets/', may: [/^lambdas\/shared\//] },
  { folder: 'container/uplink/', may: [/^lambdas\/shared\//] },
  { folder: 'container/sessions/', may: [/^container\/(sockets|uplink)\//, /^lambdas\/shared\//] },
  { folder: 'container/commands/conductor/', may: [/^lambdas\/shared\//] },
  {
    folder: 'container/commands/',
    may: [/^container\/(sessions|sockets|uplink)\//, /^container\/retry\.ts$/, /^lambdas\/shared\//],
  },
  { folder: 'container/relay/', may: [/^container\/(sessions|sockets)\//, /^lambdas\/shared\//] },
  { folder: 'container/', may: [/^lambdas\/shared\//] },
  { folder: 'lambdas/shared/', may: [] },
  // The console is a client of the API, and is compiled with the types of its description.
  {
    folder: 'lambdas/console/',
    may: [/^lambdas\/shared\//, /^lambdas\/api\/openapi-types\.ts$/],
  },
  ...functions.map((name) => ({ folder: `lambdas/${name}/`, may: [/^lambdas\/shared\//] })),
  { folder: 'cdk/', may: [/^(container|lambdas)\//] },
]

const violations = (): string[] =>
  [...graph].flatMap(([file, imports]) => {
    // The first rule is that of the innermost folder.
    const rule = rules.find(({ folder }) => file.startsWith(folder))
    if (rule === undefined) return []
    return imports
      .filter((to) => !to.startsWith(rule.folder) && !rule.may.some((allowed) => allowed.test(to)))
      .map((to) => `${file} imports ${to}`)
  })

/** Only these know all folders of the gateway. */
const knowAll = new Set(['container/gateway.ts', 'container/main.ts'])

describe('imports', () => {
  it('are found in every form', () => {
    const text = `import a from './a.ts'
import type { B } from "./b.ts"
import './c.ts'
export * from './d.ts'
export type { E } from './e.ts'
import {
  f,
  type G,
} from './f.ts'
const h = await import('./h.ts')
type I = import('./i.ts').I`
    expect(importsOf(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'h', 'i'].map((name) => `./${name}.ts`))
  })

  it('are checked for circles, also long ones', () => {
    const imports = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', ['d']],
      ['e', ['a']],
    ])
    expect(circlesOf(imports).map((circle) => circle.toSorted())).toEqual([['d'], ['a', 'b', 'c']])
  })

  it('go one way, types included', () => {
    expect(files.length).toBeGreaterThan(700)
    expect([...graph.values()].flat().length).toBeGreaterThan(2_000)
    expect(circlesOf(graph)).toEqual([])
  })

  it('stay within the folders that a folder may import', () => {
    expect(violations()).toEqual([])
  })

  it('that leave a function are refused by the linter', () => {
    const made = [...functions, 'shared'].flatMap((name) =>
      ['../', '../../', '../../../'].map((up, depth) => ({
        file: join('lambdas', name, ...['part', 'deeper'].slice(0, depth), 'a.ts'),
        allowed: ['#shared/log.ts', './b.ts', ...(name === 'shared' ? [] : [`${up}shared/log.ts`])],
        refused: [
          ...functions.filter((other) => other !== name).map((other) => `${up}${other}/a.ts`),
          `${up}../container/main.ts`,
        ],
      })),
    )
    const folder = mkdtempSync(join(tmpdir(), 'h02-imports-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
    for (const { file, allowed, refused } of made) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      const lines = [...allowed, ...refused].map((path) => `import '${path}'\n`)
      writeFileSync(join(folder, file), lines.join(''))
    }
    const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
    const options = { cwd: folder, encoding: 'utf8' } as const
    const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'json', 'lambdas'], options)
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { filename: string; code: string; message: string }[]
    }
    for (const { file, refused } of made) {
      const found = diagnostics
        .filter(
          ({ filename, code }) => normalize(filename) === file && code.includes('no-restricted-imports'),
        )
        .map(({ message }) => /^'([^']+)' import is restricted/.exec(message)?.[1] ?? message)
      expect([file, found.toSorted()]).toEqual([file, refused.toSorted()])
    }
  })

  it('name files that exist', () => {
    const missing = [...importsByFile].flatMap(([file, specifiers]) =>
      specifiers
        .map((specifier) => toFile(file, specifier))
        .filter((to) => to !== null && /\.(ts|tsx|mts|mjs)$/.test(to) && !known.has(to))
        .map((to) => `${file} imports ${to}`),
    )
    expect(missing.filter((line) => !line.startsWith('test/imports.test.ts'))).toEqual([])
  })

  it('of all folders of the gateway are only in its composition root', () => {
    const folders = ['sockets', 'sessions', 'uplink', 'commands', 'relay']
    const knowing = [...graph]
      .filter(([file]) => file.startsWith('container/'))
      .filter(([, imports]) => {
        const own = new Set(imports.map((to) => /^container\/(\w+)\//.exec(to)?.[1]))
        return folders.every((folder) => own.has(folder))
      })
      .map(([file]) => file)
    expect(knowing.filter((file) => !knowAll.has(file))).toEqual([])
  })

  it('of the codec name no package and no module of Node', () => {
    const outside = [...importsByFile]
      .filter(([file]) => file.startsWith('lambdas/shared/h02/'))
      .flatMap(([file, specifiers]) =>
        specifiers
          .filter((specifier) => !specifier.startsWith('.'))
          .map((specifier) => `${file}: ${specifier}`),
      )
    expect(outside).toEqual([])
  })

  // A part that puts events on the bus directly would skip the history and the webhooks.
  it('reach the event bus only through the function that records events first', () => {
    const users = files.filter(
      (file) =>
        !file.startsWith('test/') && readFileSync(join(root, file), 'utf8').includes('createEventBus('),
    )
    expect(users).toEqual(['lambdas/shared/bus/event-bus.ts', 'lambdas/shared/events/put-events.ts'])
  })
})

const named = /\b(?:import|export)\b[^'"`;{]*\{([^}]*)\}\s*from\s+['"]([^'"]+)['"]/g
const whole = /\*(?:\s+as\s+\w+)?\s+from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g
/** Found by their names: functions of Lambda, benches, settings of stages, the set-up of tests. */
const foundByName = /^(?:handler|run|setup|values)$|^test\/local\/functions\//
/** Made by `npm run openapi`. */
const OPENAPI_TYPES = 'lambdas/api/openapi-types.ts'
const exports = /^export (?:(?:async )?(?:const|function\*?|class)|type|interface) (\w+)/gm

it('no file exports a value or a type that no other file imports', () => {
  const imported = new Set<string>()
  const exported: { readonly file: string; readonly name: string }[] = []
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, names = '', from = ''] of text.matchAll(named)) {
      for (const [, name = ''] of names.matchAll(/(?:^|,)\s*(?:type\s+)?(\w+)/g))
        imported.add(`${toFile(file, from)} ${name}`)
    }
    for (const [, all, dynamic] of text.matchAll(whole))
      imported.add(`${toFile(file, all ?? dynamic ?? '')} *`)
    if (file === OPENAPI_TYPES) continue
    for (const [, name = ''] of text.matchAll(exports)) {
      if (![name, file].some((one) => foundByName.test(one))) exported.push({ file, name })
    }
  }
  const isImported = ({ file, name }: { file: string; name: string }): boolean =>
    imported.has(`${file} ${name}`) || imported.has(`${file} *`)
  expect(exported.length).toBeGreaterThan(1_500)
  expect(exported.filter((one) => !isImported(one))).toEqual([])
})
