import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { buildOnce } from '../bundles.ts'
import { startEmbedded } from '../../cdk/local/embedded.ts'
import { readOptions } from '../../cdk/local/options.ts'
import { dateOf, timeOf } from '../simulator/encode.ts'
import { makeDataDir, playUntilAcked, removeDataDir, TEST_ADMIN_KEY } from './harness.ts'
import { silent } from '../silent-log.ts'

it('an SOS reaches a phone through ntfy, without AWS', async () => {
  const arrived = Promise.withResolvers<{ title: unknown; body: string }>()
  const ntfy = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      response.end('{}')
      arrived.resolve({ title: request.headers.title, body })
    })
  }).listen(0, '127.0.0.1')
  await once(ntfy, 'listening')
  onTestFinished(() => void ntfy.close())
  const address = `ntfy+http://127.0.0.1:${(ntfy.address() as AddressInfo).port}/my-topic`
  const dataDir = makeDataDir()
  onTestFinished(() => removeDataDir(dataDir))
  const args = ['--tcp-port', '0', '--http-port', '0', '--batch-window', '0', '--data', dataDir]
  const options = readOptions([...args, '--notify', address], {})
  if (options === 'help' || 'problem' in options) throw new Error(JSON.stringify(options))
  await buildOnce()
  const embedded = await startEmbedded(options, silent, { adminKey: TEST_ADMIN_KEY })
  onTestFinished(embedded.close)
  const now = Date.now()
  const frame = (status: string): string =>
    `*HQ,9175000001,V1,${timeOf(now)},A,5231.2000,N,01324.3000,E,000.00,000,${dateOf(now)},${status}#`
  await playUntilAcked(embedded.tcpPort, frame('FFFFFBFF'))
  // Bit 1 is clear.
  await playUntilAcked(embedded.tcpPort, frame('FFFFFBFD'))
  const { title, body } = await arrived.promise
  expect(title).toBe('Device Alarm Raised sos 9175000001')
  expect(body).toContain('mlat=52.52')
})

it('a wrong address for notifications is refused at the start, without printing its secret', () => {
  const found = readOptions(['--notify', 'telegram://secret@1'], {})
  expect(found).toEqual({ problem: expect.stringContaining('telegram://BOT-TOKEN@CHAT-ID') })
  expect(JSON.stringify(found)).not.toContain('secret@')
  expect(readOptions([], { NOTIFY: 'ntfy://ntfy.sh/a  pushover://b@c' })).toMatchObject({
    notify: ['ntfy://ntfy.sh/a', 'pushover://b@c'],
  })
})
