import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeApi } from '../../cdk/build/openapi.ts'
import { runFolder } from '../run-folder.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(runFolder(), 'openapi-'))
const file = join(folder, 'openapi.json')
let document: string
beforeAll(async () => {
  document = (await describeApi())['openapi.json']
})
afterAll(() => rmSync(folder, { recursive: true }))

const program = (name: string): string => join(root, 'node_modules/.bin', name)
const lint = {
  redocly: () => [program('redocly'), 'lint', '--config', join(root, '.redocly.yaml'), file],
  spectral: () => [program('spectral'), 'lint', '--fail-severity', 'hint', file],
} as const
const run = (name: keyof typeof lint, text: string) => {
  writeFileSync(file, text)
  const { status, stdout, stderr } = spawnSync(process.execPath, lint[name](), {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  })
  return { status, said: stdout + stderr }
}

describe('the rules of `npm run lint:openapi`', () => {
  it.each(['redocly', 'spectral'] as const)('include %s, which finds an operation without an id', (name) => {
    const { status, said } = run(name, document.replace(/\s*"operationId": "getDevice",/, ''))
    expect([status, said]).toEqual([1, expect.stringContaining('operationId')])
  })
})

it('npm run lint:openapi finds nothing to report in the description', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', 'lint:openapi'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect([status, stdout + stderr]).toEqual([
    0,
    expect.stringContaining("No results with a severity of 'hint'"),
  ])
})
