import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileSystem } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { raiseBase } from '../../cdk/build/base-image.ts'
import { baseComponent, noticesOf, packagesOf, sbomOf, type Sbom } from '../../cdk/build/sbom.ts'
import { imageFiles } from '../../cdk/constructs/gateway/gateway.ts'

const root = join(import.meta.dirname, '../..')
const dockerfile = readFileSync(join(root, 'container/Dockerfile'), 'utf8')
const newest = `sha256:${'ab'.repeat(32)}`

/** A registry that answers as the public one of AWS does. */
const registry = (digest: string | null) => {
  const asked: string[] = []
  const ask = async (url: string, init?: RequestInit): Promise<Response> => {
    asked.push(`${init?.method ?? 'GET'} ${url}`)
    if (url.includes('/token/')) return Response.json({ token: 't' })
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer t')
    return new Response(null, { headers: digest === null ? {} : { 'docker-content-digest': digest } })
  }
  return { ask, asked }
}

describe('the base image', () => {
  it('is updated to the newest digest of its tag, and nothing else changes', async () => {
    const { ask, asked } = registry(newest)
    const raised = await raiseBase(dockerfile, ask)
    expect(raised.replace(/sha256:[0-9a-f]{64}/, '')).toBe(dockerfile.replace(/sha256:[0-9a-f]{64}/, ''))
    expect(raised).toContain(`@${newest}\n`)
    expect(asked).toEqual([
      'GET https://public.ecr.aws/token/?service=public.ecr.aws&scope=aws',
      'HEAD https://public.ecr.aws/v2/docker/library/node/manifests/24-bookworm-slim',
    ])
  })

  it('is left alone when the registry returned no digest, or none is pinned', async () => {
    await expect(raiseBase(dockerfile, registry(null).ask)).rejects.toThrow('returned no digest')
    await expect(raiseBase('FROM node:24\n', registry(newest).ask)).rejects.toThrow('has no line FROM')
  })

  it('changes the hash of the image with its digest: with the old hash, nothing would be built', () => {
    const folder = mkdtempSync(join(tmpdir(), 'h02-hash-'))
    try {
      mkdirSync(join(folder, '.build/gateway'), { recursive: true })
      writeFileSync(join(folder, '.build/gateway/index.mjs'), '')
      writeFileSync(join(folder, 'README.md'), 'not part of it')
      cpSync(join(root, 'container/Dockerfile'), join(folder, 'container/Dockerfile'))
      cpSync(join(root, 'container/home'), join(folder, 'container/home'), { recursive: true })
      const hash = (): string => FileSystem.fingerprint(folder, imageFiles)
      const before = hash()
      writeFileSync(join(folder, 'README.md'), 'changed')
      expect(hash()).toBe(before)
      writeFileSync(join(folder, 'container/Dockerfile'), dockerfile.replace(/sha256:[0-9a-f]{64}/, newest))
      expect(hash()).not.toBe(before)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('SBOM and notices', () => {
  const meta = {
    outputs: {
      'index.mjs': {
        inputs: {
          'lambdas/api/app.ts': { bytesInOutput: 1 },
          'node_modules/hono/dist/hono.js': { bytesInOutput: 1 },
          'node_modules/@smithy/core/dist-es/index.js': { bytesInOutput: 1 },
          'node_modules/hono/dist/router.js': { bytesInOutput: 1 },
        },
      },
    },
  }
  const packages = packagesOf(meta as never)

  it('name the packages of a bundle, each once, with their license texts', () => {
    expect(packages.map(({ name }) => name)).toEqual(['@smithy/core', 'hono'])
    const notices = noticesOf(packages)
    expect(notices).toMatch(/^@smithy\/core \d+\.\d+\.\d+ \(Apache-2\.0\)/)
    expect(notices).toContain('Permission is hereby granted, free of charge')
  })

  it('are part of the CycloneDX document of npm, and the image also lists its base', () => {
    const whole = JSON.parse(
      execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
        cwd: root,
        maxBuffer: 1e8,
      }).toString(),
    ) as Sbom & { bomFormat: string; specVersion: string }
    const base = baseComponent(dockerfile)
    const part = sbomOf(whole, 'image', packages, [base]) as typeof whole
    expect([part.bomFormat, part.specVersion]).toEqual(['CycloneDX', whole.specVersion])
    expect(part.components.map(({ name }) => name).toSorted()).toEqual([
      '@smithy/core',
      'hono',
      'public.ecr.aws/docker/library/node',
    ])
    expect(part.metadata.component).toMatchObject({ name: 'h02-image' })
  })

  it('fail on a package that npm does not know, because it would be missing silently', () => {
    const whole: Sbom = { metadata: { component: {} }, components: [] }
    expect(() => sbomOf(whole, 'api', packages)).toThrow('npm sbom does not know @smithy/core@')
  })
})
