import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Attack } from './attack.ts'
import { firstOf } from './attack.ts'
import { drained, online, sms, v1 } from './tracker.ts'
import { comesTrue, type World } from './world.ts'

/** A device with a password and a command in the queue that carries it. */
async function withSecretQueued(world: World): Promise<string> {
  const deviceId = await world.register(world.newId(), { password: '9768' })
  await world.must('POST', `/v1/devices/${deviceId}/commands`, {
    body: { intent: 'interval-on', params: { seconds: 20 }, dialect: 'text', confirm: true },
  })
  return deviceId
}

/** Texts of trackers, each with what must not be shown. */
const replies: readonly (readonly [string, readonly string[]])[] = [
  ['SET APN OK: iot,apnuser,apnsecret', ['apnuser', 'apnsecret']],
  ['your pin is 4321', ['4321']],
  ['SMSPWD 4321', ['4321']],
  ['+49 151 1234 567', ['151 1234', '1234 567']],
  ['0151-123-4567', ['0151-123', '123-4567']],
  ['(0151) 123.45.67', ['123.45.67']],
  ['APNUSER:bob,APNPWD:secret', ['bob', 'secret']],
  ['apnpwd = secret', ['secret']],
  ['Password=Xy77zz', ['Xy77zz']],
  ['101#612345789#', ['612345789']],
  ['UP:4321;U1:0612345678', ['4321', '0612345678']],
  ['6 1 2 3 4 5 7 8 9', ['6 1 2 3 4 5']],
]

const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true }).map((one) => join(one.parentPath, one.name))

export const secretAttacks: readonly Attack[] = [
  {
    name: 'queue: secrets for a stranger',
    what: 'connect with the id of a device whose queue holds a password, and send one frame',
    run: async (world) => {
      const deviceId = await withSecretQueued(world)
      const stranger = await world.dial('127.66.0.1')
      stranger.write(v1(deviceId))
      await drained(world, deviceId, [stranger])
      const isLeaked = stranger.heard().includes('9768')
      return isLeaked ? `the stranger received ${JSON.stringify(stranger.heard())}` : null
    },
  },
  {
    name: 'queue: sixteen devices on one socket',
    what: 'one socket sends a frame for each of 16 devices and collects their queues',
    run: async (world) => {
      const ids = await Promise.all(Array.from({ length: 16 }, () => withSecretQueued(world)))
      const stranger = await world.dial('127.66.0.2')
      for (const id of ids) stranger.write(v1(id))
      const findOpened = async (): Promise<string[]> => {
        const devices = await Promise.all(ids.map((id) => world.call('GET', `/v1/devices/${id}`)))
        return ids.filter((_, i) => devices[i]!.json.session !== null)
      }
      await comesTrue(async () => (await findOpened()).length >= 2)
      const opened = await findOpened()
      for (const id of opened) await drained(world, id, [stranger])
      if (stranger.heard().includes('9768'))
        return `the stranger received ${JSON.stringify(stranger.heard().slice(0, 200))}`
      const count = (await findOpened()).length
      return count <= 2 ? null : `${count} devices were opened by one socket`
    },
  },
  {
    name: 'sources: a socket from elsewhere',
    what: 'connect from an address outside the sources of the device',
    run: async (world) => {
      const deviceId = await world.register(world.newId(), { sources: ['10.11.0.0/16'] })
      const stranger = await world.dial('127.66.0.3')
      stranger.write(v1(deviceId))
      const isRefused = await comesTrue(() =>
        world.events.some(
          ({ detailType, detail }) => /Source|Refused/i.test(detailType) && detail.deviceId === deviceId,
        ),
      )
      if (!isRefused) return 'no event says that a source was refused'
      const { json } = await world.call('GET', `/v1/devices/${deviceId}`)
      return json.lastSeen === null ? null : 'its frame was stored'
    },
  },
  {
    name: 'masking: what trackers say',
    what: 'phone numbers, passwords and APN credentials in texts, read with a key that has no scope secrets',
    run: async (world) => {
      const { key } = await world.makeKey(['read'])
      const deviceId = await world.register(world.newId(), { password: '4321' })
      const tracker = await online(world, deviceId)
      for (const [text] of replies) tracker.write(sms(deviceId, text))
      tracker.write(`*HQ,${deviceId},MP,000000,123456#`)
      const path = `/v1/devices/${deviceId}/frames?limit=100&direction=up`
      await comesTrue(async () => (await world.call('GET', path)).json.items.length > replies.length + 1)
      const { text } = await world.call('GET', path, { key })
      const hexed = (secret: string): string => Buffer.from(secret, 'latin1').toString('hex')
      const leaks = [...replies.flatMap(([, secrets]) => secrets), '123456#'].filter(
        (secret) => text.includes(secret) || text.includes(hexed(secret)),
      )
      return leaks.length === 0 ? null : `shown: ${leaks.join(', ')}`
    },
  },
  {
    name: 'masking: device password in lists',
    what: 'read a device, the list and an export with a key that has no scope secrets',
    run: async (world) => {
      const { key } = await world.makeKey(['read'])
      const deviceId = await world.register(world.newId(), { password: 'Zq81Lx' })
      const paths = [`/v1/devices/${deviceId}`, '/v1/devices?limit=500', `/v1/devices/${deviceId}/commands`]
      const texts = await Promise.all(
        paths.map(async (path) => (await world.call('GET', path, { key })).text),
      )
      return texts.some((text) => text.includes('Zq81Lx')) ? 'the password is shown' : null
    },
  },
  {
    name: 'data folder: other users',
    what: 'read a file of the data folder as another user of the machine',
    run: async ({ dataDir }) =>
      firstOf(
        [dataDir, ...filesIn(dataDir)].map((path) => {
          const { mode } = statSync(path, { throwIfNoEntry: false }) ?? { mode: 0 }
          return (mode & 0o077) === 0 ? null : `${path} has mode ${(mode & 0o777).toString(8)}`
        }),
      ),
  },
]
