import { expect, it, onTestFinished } from 'vitest'
import { buildOnce } from '../bundles.ts'
import { startEmbedded } from '../../cdk/local/embedded.ts'
import { readOptions } from '../../cdk/local/options.ts'
import { dateOf, timeOf } from '../simulator/encode.ts'
import { startReceiver } from '../webhooks/world.ts'
import { call, makeDataDir, playUntilAcked, removeDataDir, TEST_ADMIN_KEY, until } from './harness.ts'
import { silent } from '../silent-log.ts'

async function startSystem() {
  const dataDir = makeDataDir()
  onTestFinished(() => removeDataDir(dataDir))
  const args = ['--tcp-port', '0', '--http-port', '0', '--batch-window', '0', '--data', dataDir]
  const options = readOptions([...args, '--webhook-private', '--notify', 'ntfy+http://127.0.0.1:9/any'], {})
  if (options === 'help' || 'problem' in options) throw new Error(JSON.stringify(options))
  await buildOnce()
  const embedded = await startEmbedded(options, silent, { adminKey: TEST_ADMIN_KEY })
  onTestFinished(embedded.close)
  const ask = async (path: string, method = 'GET', body?: unknown) => {
    const answer = await call(embedded, path, { method, body })
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return answer.body
  }
  return { embedded, ask }
}

const clockOf = (at: number): string => new Date(at).toISOString().slice(11, 16)
const HOUR_MS = 3_600_000

it('a rule notifies about an alarm, respects quiet hours, and reports why nothing was sent', async () => {
  const { embedded, ask } = await startSystem()
  let isDown = false
  const phone = await startReceiver(() => (isDown ? { status: 503, body: 'phone is off' } : { status: 200 }))
  const [deviceId, model] = ['9175000002', 'ST-906L']
  await ask('/v1/devices', 'POST', { deviceId, model, name: 'Van 3' })
  const addChannel = (name: string, topic: string) => {
    const server = new URL(phone.url).origin
    return ask('/v1/notice-channels', 'POST', { name, target: { kind: 'ntfy', server, topic } })
  }
  const [loud, quiet] = [await addChannel('Loud', 'loud'), await addChannel('Quiet', 'quiet')]
  const sent = (topic: string) => phone.requests.filter(({ path }) => path === `/${topic}`)

  const test = await ask(`/v1/notice-channels/${loud.channelId}/test`, 'POST')
  expect(test).toMatchObject({ outcome: 'delivered', status: 200 })
  expect(sent('loud').map(({ headers }) => headers.title)).toEqual(['Test of the H02 gateway'])

  const now = Date.now()
  const on = ['alarm.raised']
  const quietHours = {
    from: clockOf(now - HOUR_MS),
    to: clockOf(now + HOUR_MS),
    timeZone: 'UTC',
    except: ['alarm.raised:sos'],
  }
  await ask('/v1/notice-rules', 'POST', { name: 'Night', on, channels: [quiet.channelId], quietHours })
  await ask('/v1/notice-rules', 'POST', { name: 'Always', on, channels: [loud.channelId] })

  const frame = (status: string): string =>
    `*HQ,${deviceId},V1,${timeOf(now)},A,5231.2000,N,01324.3000,E,000.00,000,${dateOf(now)},${status}#`
  const arrived = (topic: string, title: string) =>
    until(
      async () => sent(topic),
      (requests) => requests.some(({ headers }) => headers.title === title),
    )
  // Bit 2 is clear: overspeed, which the first rule holds back; again until the notifier knows the rules.
  await until(
    async () => {
      await playUntilAcked(embedded.tcpPort, frame('FFFFFBFF'))
      await playUntilAcked(embedded.tcpPort, frame('FFFFFBFB'))
      return sent('loud')
    },
    (requests) => requests.some(({ headers }) => headers.title === 'Van 3: overspeed'),
  )
  // An SOS, which is sent at night too.
  await playUntilAcked(embedded.tcpPort, frame('FFFFFBF9'))
  await Promise.all([arrived('loud', 'Van 3: SOS'), arrived('quiet', 'Van 3: SOS')])
  expect(sent('quiet').map(({ headers }) => headers.title)).toEqual(['Van 3: SOS'])

  isDown = true
  await playUntilAcked(embedded.tcpPort, frame('FFFDFBF9'))
  const failed = await until(
    () => ask(`/v1/notice-channels/${loud.channelId}`),
    ({ lastFailure }) => lastFailure !== null,
  )
  expect(failed).toMatchObject({ lastFailure: 'HTTP 503: phone is off', name: 'Loud' })
  const listed = await ask('/v1/notice-channels')
  expect(listed.fromCommandLine).toMatchObject([{ kind: 'ntfy', name: 'ntfy 127.0.0.1:9' }])
  expect(JSON.stringify(listed)).not.toContain('any')
})
