import type { Attack } from './attack.ts'
import { firstOf } from './attack.ts'
import { drained, holdsCut, online } from './tracker.ts'
import type { World } from './world.ts'

const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex')

/** Sends raw commands in order with a key that may not cut; the defence is broken if the bytes on the socket contain a cut. */
async function trySequence(
  world: World,
  key: string,
  texts: (deviceId: string) => readonly string[],
  asHex = false,
) {
  const deviceId = await world.register(world.newId())
  const socket = await online(world, deviceId)
  for (const text of texts(deviceId)) {
    await world.call('POST', `/v1/devices/${deviceId}/commands`, {
      key,
      body: { ...(asHex ? { rawHex: hexOf(text) } : { raw: text }), confirm: true },
    })
  }
  await drained(world, deviceId, [socket])
  const heard = socket.heard()
  socket.close()
  return holdsCut(heard) ? `${JSON.stringify(texts(deviceId))} wrote ${JSON.stringify(heard)}` : null
}

const whole = (id: string): string => `*HQ,${id},S20,120000,1,1#`
/** Splits of one cut at several places, and its spellings. */
const sequences: readonly ((id: string) => readonly string[])[] = [
  (id) => [`*HQ,${id},S2`, '0,120000,1,1#'],
  (id) => [`*HQ,${id},S20`, ',120000,1,1#'],
  (id) => ['*', `HQ,${id},S20,120000,1,1#`],
  (id) => [`*HQ,${id},S20,120000,1`, ',1', '#'],
  (id) => [whole(id)],
  (id) => [whole(id).toLowerCase()],
  (id) => [`#${whole(id)}`],
  (id) => [`RCONF${whole(id)}`],
  (id) => [whole(id).replaceAll(',', ', ')],
  (id) => [whole(id).replace(',1,1#', ',1,3,10,3,5,5,3,5,3,5,3,5#')],
  () => ['9400000'],
  () => ['940', '0000'],
  () => ['94', '00000'],
  () => [' 9400000'],
  () => ['940 0000'],
  () => ['RCONF\r\n9400000'],
  () => ['9000000', '9010000'],
  () => ['900', '0000'],
  () => ['9004321'],
]

/** Words that are not reads: each requires a confirmation. REBT is a restart, which is harmless. */
const words = ['STANDBY0000', '66', 'format', '<SPBSJ*P:0000>', 'CALB', 'SIMEI', 'WMOD', 'MP', 'MOVE0000']
const neighbours = ['standby0000', 'FORMAT', ' 66', '<spbsj*P:0000>', 'calb', 'NEVERHEARDOF', '\u0001\u0002']

const spare = ['read', 'command', 'command:raw']

export const rawByteAttacks: readonly Attack[] = [
  {
    name: 'raw: a cut in one or several commands',
    what: 'splits, spellings and glued forms of every cut, by a key without command:engine',
    run: async (world) => {
      const { key } = await world.makeKey(spare)
      return firstOf(await Promise.all(sequences.map((texts) => trySequence(world, key, texts))))
    },
  },
  {
    name: 'raw: the same as hex',
    what: 'the same bytes through rawHex, with NUL, CR and LF between them',
    run: async (world) => {
      const { key } = await world.makeKey(spare)
      const texts: readonly ((id: string) => readonly string[])[] = [
        (id) => [`*HQ,${id},S2`, '0,120000,1,1#'],
        () => ['\u0000940\u00000000'],
        () => ['9\r\n400000'],
        () => ['940\u0000', '0000'],
      ]
      return firstOf(await Promise.all(texts.map((one) => trySequence(world, key, one, true))))
    },
  },
  {
    name: 'raw: unknown words without a confirm',
    what: [...words, ...neighbours].map((word) => JSON.stringify(word)).join(' '),
    run: async (world) => {
      const { key } = await world.makeKey(spare)
      const deviceId = await world.register(world.newId())
      const seen: (string | null)[] = []
      for (const raw of [...words, ...neighbours]) {
        const { status } = await world.call('POST', `/v1/devices/${deviceId}/commands`, {
          key,
          body: { raw },
        })
        seen.push(status >= 400 ? null : `${JSON.stringify(raw)} was answered ${status}`)
      }
      return firstOf(seen)
    },
  },
  {
    name: 'sensitive: phone numbers and silenced alarms',
    what: 'every sensitive command of the catalogue without a confirm, and once with one for the audit',
    run: async (world) => {
      const { key } = await world.makeKey(['read', 'command'])
      const deviceId = await world.register(world.newId())
      const { json } = await world.call('GET', `/v1/devices/${deviceId}/catalogue`)
      const sensitive: any[] = json.items.filter(({ danger }: { danger: string }) => danger === 'sensitive')
      if (sensitive.length < 3) return `the catalogue has ${sensitive.length} sensitive commands`
      const path = `/v1/devices/${deviceId}/commands`
      const seen: (string | null)[] = []
      for (const { intent, params } of sensitive) {
        const given = examplesOf(params)
        const { status } = await world.call('POST', path, { key, body: { intent, params: given } })
        seen.push(status >= 400 ? null : `${intent} without a confirm was answered ${status}`)
      }
      const [{ intent, params }] = sensitive
      const given = examplesOf(params)
      const sent = await world.call('POST', path, { key, body: { intent, params: given, confirm: true } })
      if (sent.status < 400) {
        const audit = await world.call('GET', `/v1/devices/${deviceId}/audit`)
        seen.push(audit.text.includes(String(sent.json.commandId)) ? null : `${intent} is not in the audit`)
      }
      return firstOf(seen)
    },
  },
]

/** Parameters that the catalogue's JSON Schema allows. */
const examplesOf = ({ properties }: { properties: Record<string, any> }): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, { type, minimum = 1, enum: allowed, pattern = '' }]) => {
      if (allowed) return [name, allowed[0]]
      if (type === 'integer') return [name, minimum]
      const candidates = ['0612345678', '1234', '4321', 'a', '1', 'example.com']
      return [name, candidates.find((text) => new RegExp(pattern, 'u').test(text)) ?? '1']
    }),
  )
