import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { evidenceMarkdown, evidenceText } from '../../cdk/tools/evidence-table.ts'

const row = (firmware: string, intent: string, tookEffect: number | null) => ({
  firmware,
  intent,
  dialect: 'text' as const,
  evidence: { tried: 43, answered: 41, tookEffect, verdicts: {} },
})
const items = [
  row('ST906(70SACD)_TQ_V_2.0', 'interval-on', 39),
  row('ST906(70SACD)_TQ_V_2.0', 'read-status', null),
]

describe('evidence as a table', () => {
  it('is Markdown: firmware, intent and dialect, answered, took effect', () => {
    expect(evidenceMarkdown(items).split('\n')).toEqual([
      '| firmware | intent | dialect | answered | took effect |',
      '| --- | --- | --- | --- | --- |',
      String.raw`| ST906(70SACD)\_TQ\_V\_2.0 | ${'`interval-on`'} | text | 41 of 43 | 39 of 43 |`,
      String.raw`| ST906(70SACD)\_TQ\_V\_2.0 | ${'`read-status`'} | text | 41 of 43 | not observable |`,
    ])
  })

  it('shows a name that holds markup as it is', () => {
    const [, , line = ''] = evidenceMarkdown([row('a|b`c<img src=x>\n[x](y)', 'interval-on', 0)]).split('\n')
    expect(line).toContain(String.raw`a\|b\`c\<img src=x\> \[x\](y)`)
    expect(line.replaceAll(/\\./g, '').split('|')).toHaveLength(7)
  })

  it('is plain text by firmware', () => {
    expect(evidenceText(items).split('\n')).toEqual([
      'ST906(70SACD)_TQ_V_2.0',
      expect.stringMatching(/interval-on +text +answered 41 of 43, took effect 39$/),
      expect.stringMatching(/read-status +text +answered 41 of 43$/),
    ])
  })
})

describe('npm run -s evidence -- --markdown', () => {
  it('requests every family from an API and prints the table', async () => {
    const server = createServer(({ url, headers }, response) => {
      const model = new URL(url ?? '', 'http://localhost').searchParams.get('model')
      response.statusCode = headers.authorization === 'Bearer k' ? 200 : 401
      response.end(
        JSON.stringify(
          model === null
            ? { kind: 'models', models: ['ST906', 'W07'] }
            : { kind: 'model', model, items: [items[0]] },
        ),
      )
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const run = (key: string) =>
      promisify(execFile)(process.execPath, [
        join(import.meta.dirname, '../../cdk/tools/evidence.ts'),
        '--markdown',
        '--url',
        `http://127.0.0.1:${port}`,
        '--key',
        key,
      ])
    try {
      expect((await run('k')).stdout.trim().split('\n')).toEqual([
        ...evidenceMarkdown([]).split('\n'),
        ...[1, 2].map(() => expect.stringContaining('41 of 43 | 39 of 43')),
      ])
      await expect(run('other')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('401') })
    } finally {
      server.close()
    }
  })
})
