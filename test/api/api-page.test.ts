import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { problemTypes } from '../../lambdas/api/problem.ts'

const read = (name: string): string =>
  readFileSync(new URL(`../../lambdas/api/${name}`, import.meta.url), 'utf8')
const page = read('API.md')

describe('API.md', () => {
  it('lists every operation with its scope', () => {
    const { paths } = JSON.parse(read('openapi.json')) as { paths: Record<string, Record<string, any>> }
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
