import { expect, it } from 'vitest'
import { startOtherServer } from '../../container/other-server.ts'
import { dialByHand } from '../hand-made-tracker.ts'
import { until } from '../harness.ts'
import { closeAtEnd, system } from '../shared-system.ts'

const DEVICE_ID = '9170000931'
const WORD = `*HQ,${DEVICE_ID},S32,120000,1#`

export function relay(): void {
  it('a relayed device feeds another server, whose bytes are recorded, checked, written and audited', async () => {
    const other = await startOtherServer()
    closeAtEnd(() => other.close())
    await system.register(DEVICE_ID, { relay: { host: '127.0.0.1', port: other.port, replies: 'harmless' } })
    const tracker = await dialByHand(system.embedded.tcpPort, DEVICE_ID)
    closeAtEnd(() => tracker.hangUp())
    tracker.report({ kmh: 0 })
    await until(
      async () => other.received.join(''),
      (received) => /^\*HQ,9170000931,V1,[^#]*#$/.test(received),
    )
    // A cut, and an ack of theirs: recorded only.
    other.say(`*HQ,${DEVICE_ID},S20,120000,1,1#*HQ,${DEVICE_ID},V4,V1,20260102120000#8059876 20`)
    // A harmless command. It is dropped until the session counts as established, so the server repeats it.
    await until(
      async () => {
        other.say(WORD)
        tracker.report({ kmh: 0 })
        return tracker.heard()
      },
      (heard) => heard.includes(WORD),
    )
    expect(tracker.heard()).not.toContain('S20')

    const framesFor = async (key: string, query: string): Promise<any[]> => {
      const path = `/v1/devices/${DEVICE_ID}/frames?order=asc&limit=100&${query}`
      return (await system.request('GET', path, { apiKey: key })).body.items
    }
    const { key } = await system.makeKey(['read'])
    const upstream = await until(
      () => framesFor(key, 'direction=upstream'),
      (items) => items.some(({ text }) => text.includes('S32')),
    )
    const texts = upstream.map(({ text }) => text)
    expect(texts.slice(0, 3)).toEqual([
      `*HQ,${DEVICE_ID},S20,120000,1,1#`,
      `*HQ,${DEVICE_ID},V4,V1,20260102120000#`,
      '805**** 20',
    ])
    expect(upstream[0]).toMatchObject({ direction: 'upstream', kind: 'upstream', ack: null })
    const written = await until(
      () => framesFor(key, 'direction=down'),
      (items) => items.some(({ kind }) => kind === 'relayed'),
    )
    expect(written.filter(({ kind }) => kind === 'relayed').every(({ text }) => text === WORD)).toBe(true)
    const audited = await until(
      async () => (await system.ask('GET', `/v1/audit?deviceId=${DEVICE_ID}`)).items as any[],
      (items) => items.some(({ step }) => step === 'relayed'),
    )
    expect(audited.find(({ step }) => step === 'relayed')).toMatchObject({
      who: 'relay',
      danger: 'harmless',
      details: { server: `127.0.0.1:${other.port}` },
    })
    await system.ask('PATCH', `/v1/devices/${DEVICE_ID}`, { relay: null })
    await until(
      async () => other.sockets.every(({ readableEnded, destroyed }) => readableEnded || destroyed),
      (isEnded) => isEnded,
    )
  })
}
