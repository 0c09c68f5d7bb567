import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { buildAll } from './bundle.ts'
import { entries } from './entries.ts'

const root = join(import.meta.dirname, '../..')

/** The fields of an `npm sbom` document (CycloneDX) that are changed here. */
export type Sbom = {
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> }
  readonly components: readonly SbomComponent[]
  readonly dependencies?: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}
type SbomComponent = { readonly 'bom-ref': string; readonly name: string; readonly version: string }
type Package = { readonly name: string; readonly version: string; readonly folder: string }

/** The packages whose files are in a bundle, according to its metafile. */
export function packagesOf(meta: Pick<Metafile, 'outputs'>): Package[] {
  const folders = new Set<string>()
  for (const { inputs } of Object.values(meta.outputs)) {
    for (const file of Object.keys(inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
      if (folder !== undefined) folders.add(folder)
    }
  }
  return [...folders].toSorted().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
      name: string
      version: string
    }
    return { name, version, folder }
  })
}

/** The components of the project's SBOM that are in one bundle, and others that are not from npm. */
export function sbomOf(
  whole: Sbom,
  bundle: string,
  packages: readonly Package[],
  others: readonly SbomComponent[] = [],
): Sbom {
  const listed = new Set(packages.map(({ name, version }) => `${name}@${version}`))
  const components = whole.components.filter(({ name, version }) => listed.delete(`${name}@${version}`))
  if (listed.size > 0) throw new Error(`npm sbom does not know ${[...listed].join(', ')}`)
  const refs = new Set(components.map((component) => component['bom-ref']))
  return {
    ...whole,
    metadata: { ...whole.metadata, component: { ...whole.metadata.component, name: `h02-${bundle}` } },
    components: [...components, ...others],
    dependencies: (whole.dependencies ?? [])
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((on) => refs.has(on)) })),
  }
}

/**
 * License texts of packages, which their licenses require to be included. A package without such a file is listed with
 * its SPDX name.
 */
export function noticesOf(packages: readonly Package[]): string {
  const notices = packages.map(({ name, version, folder }) => {
    const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    const texts = files.map((file) => readFileSync(join(root, folder, file), 'utf8').trim())
    const { license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
      license?: string
    }
    return [`${name} ${version} (${license ?? 'see below'})`, ...texts].join('\n\n')
  })
  return `${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

/** The image's base, by name and digest: the only part of the image that is not in the gateway's bundle. */
export function baseComponent(dockerfile: string): SbomComponent & { readonly type: string } {
  const [, name, tag, digest] = /^FROM (\S+?):([^@\s]+)@(sha256:[0-9a-f]{64})$/m.exec(dockerfile) ?? []
  if (!name || !tag || !digest) throw new Error('the Dockerfile has no pinned base')
  return { type: 'container', 'bom-ref': `${name}@${digest}`, name, version: `${tag}@${digest}` }
}

/** Writes SBOM and notices of every bundle and of the image to `.build/sbom/<name>/`. */
async function writeAll(): Promise<void> {
  await buildAll()
  const whole = JSON.parse(
    execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
      cwd: root,
      maxBuffer: 1e8,
    }).toString(),
  ) as Sbom
  const base = baseComponent(readFileSync(join(root, 'container/Dockerfile'), 'utf8'))
  const metaOf = (folder: string): Metafile =>
    JSON.parse(readFileSync(join(root, '.build', folder, 'meta.json'), 'utf8')) as Metafile
  const bundles = [
    ...entries.map(({ name }) => ({ name: name as string, folder: name as string, others: [] })),
    { name: 'console', folder: 'api/console', others: [] },
    { name: 'image', folder: 'gateway', others: [base] },
  ]
  for (const { name, folder, others } of bundles) {
    const packages = packagesOf(metaOf(folder))
    const target = join(root, '.build/sbom', name)
    if (!existsSync(target)) mkdirSync(target, { recursive: true })
    writeFileSync(
      join(target, 'sbom.cdx.json'),
      JSON.stringify(sbomOf(whole, name, packages, others), null, 2),
    )
    writeFileSync(join(target, 'THIRD-PARTY.txt'), noticesOf(packages))
    console.log(`.build/sbom/${name}: ${packages.length + others.length} components`)
  }
}

if (import.meta.main) await writeAll()
