import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import { inOrder } from '#shared/domain/campaign-start.ts'
import { standardCanary, type CampaignPlan } from '#shared/domain/campaign.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import { createRandom } from '../simulator/random.ts'
import { campaignsOver, candidate } from '../commands/campaigns.ts'
import { sessionOf, startCommands, type TestCommands } from '../commands/harness.ts'
import { printBars, type Bar } from './bars.ts'
import { say } from './say.ts'

const DEVICES = 10_000
const BAD_SHARE = 0.15
const BATCH = 25
const WRITES_IN_FLIGHT = 8
/** Far more steps than any campaign needs. */
const MAX_MINUTES = 60

type Run = {
  readonly name: string
  /** Whether the registry has the firmware of each device. */
  readonly isReported: boolean
  readonly plan: Partial<CampaignPlan>
}

/** Of each, the default canary of 1 %, which a sensitive or disruptive command may not go below. */
const runs: readonly Run[] = [
  { name: 'firmware reported, 60 a minute', isReported: true, plan: {} },
  { name: 'firmware not reported, 60 a minute', isReported: false, plan: {} },
  { name: 'firmware not reported, 600 a minute', isReported: false, plan: { perMinute: 600 } },
]

/** Devices that are online, written as they are after a login. */
async function register({ client, table, clock }: TestCommands, ids: readonly string[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, n) =>
    ids.slice(n * BATCH, (n + 1) * BATCH),
  )
  const write = async (): Promise<void> => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const items = batch.map((deviceId) => ({
        ...fleetKeys.device(deviceId),
        deviceId,
        registeredAt: clock.now,
        registeredBy: 'api',
        ackPolicy: 'auto',
        epoch: 1,
        session: { ...sessionOf(1), since: clock.now },
        establishedFrom: '203.0.113.200',
      }))
      await client.send(
        new BatchWriteCommand({
          RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) },
        }),
      )
    }
  }
  await Promise.all(Array.from({ length: WRITES_IN_FLIGHT }, write))
}

/** Devices that a campaign wrote to before it stopped; null: it did not stop. */
async function touched(
  t: TestCommands,
  ids: readonly string[],
  seed: number,
  { isReported, plan }: Run,
): Promise<number | null> {
  const random = createRandom(seed)
  const isBad = new Set(ids.filter(() => random() < BAD_SHARE))
  const c = campaignsOver(t)
  t.bus.deliveries.length = 0
  const candidates = ids.map((id) =>
    candidate(id, {
      firmware: !isReported ? 'unknown' : isBad.has(id) ? 'BAD_V2' : `GOOD_V${Number(id) % 4}`,
      rank: random(),
    }),
  )
  const { campaignId } = await c.start({ canary: standardCanary(DEVICES), ...plan }, inOrder(candidates))
  await c.sweep()
  for (let minute = 0; minute < MAX_MINUTES; minute++) {
    await c.answer(({ deviceId }) => (isBad.has(deviceId) ? 'is silent' : 'answers'))
    if ((await c.get(campaignId)).state === 'stopped') break
    await c.minute()
  }
  const { state, reason } = await c.get(campaignId)
  const commanded = new Set(t.bus.deliveries.map(({ deviceId }) => deviceId)).size
  say(`seed ${seed}: ${state} after ${commanded} devices; ${JSON.stringify(reason)}`)
  return state === 'stopped' ? commanded : null
}

/** `npm run bench campaign [seeds]`: 10,000 devices, 15 % of a firmware that does not answer; false when a bar is missed. */
export async function run([count = '5']: readonly string[]): Promise<boolean> {
  const t = await startCommands()
  t.bus.connected.add('gateway1')
  const bars: Bar[] = []
  try {
    const ids = Array.from({ length: DEVICES }, (_, n) => String(8_000_000_000 + n))
    await register(t, ids)
    say(`${ids.length} devices are registered`)
    for (const one of runs) {
      const results: (number | null)[] = []
      for (let seed = 1; seed <= Number(count); seed++) results.push(await touched(t, ids, seed, one))
      const shares = results.map((devices) => (100 * (devices ?? DEVICES)) / DEVICES)
      bars.push({
        name: `${one.name}: % of the fleet touched, worst`,
        value: Math.max(...shares),
        atMost: 0.99,
      })
    }
  } finally {
    await t.close()
  }
  return printBars(bars)
}
