import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemTypes } from '../../lambdas/api/problem.ts'
import { startApi } from './fakes.ts'

const page = readFileSync(new URL('../../lambdas/api/API.md', import.meta.url), 'utf8')
let api: Awaited<ReturnType<typeof startApi>>
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

describe('API.md', () => {
  it('lists every operation with its scope', async () => {
    const description = await (await api.app.request('/openapi.json')).json()
    const { paths } = description as { paths: Record<string, Record<string, any>> }
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, { 'x-required-scope': scope = 'none' }]) => `${method.toUpperCase()} ${path} ${scope}`,
      ),
    )
    const rows = [...page.matchAll(/^\| `([A-Z]+) (\S+)` \| (\S+) \|/gm)].map(
      ([, method, path = '', scope]) => `${method} ${path.replace('…', '/v1/devices/{deviceId}')} ${scope}`,
    )
    expect(rows.toSorted()).toEqual(described.toSorted())
  })

  it('lists every problem type beside its status', () => {
    const rows = [...page.matchAll(/^\| ([\d, ]+) \| (`.+) \|$/gm)].flatMap(([, statuses = '', types = '']) =>
      [...types.matchAll(/`([a-z-]+)`/g)].map(([, type = '']) => [type, statuses] as const),
    )
    expect(rows.map(([type]) => type).toSorted()).toEqual(Object.keys(problemTypes).toSorted())
    for (const [type, statuses] of rows)
      expect(statuses.split(', '), type).toContain(
        String(problemTypes[type as keyof typeof problemTypes].status),
      )
  })
})
