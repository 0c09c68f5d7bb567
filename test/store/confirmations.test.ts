import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConfirmations } from '#shared/store/confirmations.ts'
import { startFleet } from '../api/fakes.ts'

let now = Date.UTC(2026, 0, 10)
let fleet: Awaited<ReturnType<typeof startFleet>>
beforeAll(async () => {
  fleet = await startFleet()
})
afterAll(() => fleet.close())

describe('the confirmation of a dangerous command', () => {
  const asked = {
    deviceId: '9170000000',
    commandId: '0mfhq3k2v0a1b2c3',
    callerId: 'k1',
    intent: 'engine-cut',
    params: {},
    raw: null,
    dialect: 'auto' as const,
    createdAt: now,
    expiresAt: now + 60_000,
  }

  it('is found for a day by its token, which is not stored', async () => {
    const confirmations = createConfirmations({ ...fleet, now: () => now })
    const token = await confirmations.create(asked)
    expect(await confirmations.find(asked.deviceId, token)).toEqual(asked)
    expect(await confirmations.find('9170000001', token)).toBeNull()
    expect(await confirmations.find(asked.deviceId, `${token}x`)).toBeNull()
    const { Items } = await fleet.client.send(new ScanCommand({ TableName: fleet.table }))
    expect(JSON.stringify(Items)).not.toContain(token)
    now += 86_400_000 - 1
    expect(await confirmations.find(asked.deviceId, token)).toEqual(asked)
    now += 1
    expect(await confirmations.find(asked.deviceId, token)).toBeNull()
  })
})
