import { afterEach, describe, expect, it } from 'vitest'
import type { Message } from '#h02'
import { startSink, type Sink } from './sink.ts'
import { createTracker, type Tracker } from './tracker.ts'

let sink: Sink
let tracker: Tracker
afterEach(async () => {
  await tracker.stop()
  await sink.close()
})

const connectTracker = async (profile: string, more = {}): Promise<void> => {
  sink = await startSink()
  tracker = createTracker({
    host: '127.0.0.1',
    port: sink.port,
    profile,
    timeScale: 0.005,
    ignition: 'on',
    ...more,
  })
  tracker.start()
  await sink.until(() => sink.got.length > 0)
}

const replies = (type: string): Message[] => sink.messages().filter((message) => message.type === type)

const ask = async (text: string, type: string): Promise<Message> => {
  const before = replies(type).length
  sink.send(text)
  await sink.until(() => replies(type).length > before)
  return replies(type).at(-1)!
}

/** What was sent before is answered, or never will be: commands are handled in order. */
const ignores = async (text: string): Promise<void> => {
  const before = tracker.received.length
  const texts = replies('SMS').length
  sink.send(text)
  await sink.until(() => tracker.received.length > before)
  const { reply } = await ask('*HQ,9170000000,SCF,235959,1,1#', 'V4')
  expect(reply?.command).toBe('SCF')
  expect(replies('SMS')).toHaveLength(texts)
}

const newest = (): Message =>
  sink
    .messages()
    .filter(({ type }) => type === 'V1' || type === '$')
    .at(-1)!

describe('st906l', () => {
  it('answers S20 with the time of the command, and shows the relay in bit 27', async () => {
    await connectTracker('st906l')
    const cut = await ask('*HQ,9170000000,S20,134530,1,1#', 'V4')
    expect(cut.reply).toMatchObject({ command: 'S20', cmdTime: '134530', result: 'DONE' })
    expect(cut.position?.fixTime).not.toBeNull()
    await sink.until(() => newest().status!.clear.includes(27))
    const restored = await ask('*HQ,9170000000,S20,134531,1,0#', 'V4')
    expect(restored.reply).toMatchObject({ command: 'S20', cmdTime: '134531', result: 'OK' })
    await sink.until(() => !newest().status!.clear.includes(27))
  })

  it('shows in bit 9 that it is armed', async () => {
    await connectTracker('st906l')
    const armed = await ask('*HQ,9170000000,SCF,080000,0,0#', 'V4')
    expect(armed.reply).toMatchObject({ command: 'SCF', cmdTime: '080000' })
    await sink.until(() => newest().status!.clear.includes(9))
    await ask('*HQ,9170000000,SCF,080001,1,1#', 'V4')
    await sink.until(() => !newest().status!.clear.includes(9))
  })

  it('answers D1 with its parameters and changes its interval', async () => {
    await connectTracker('st906l')
    const { reply } = await ask('*HQ,9170000000,D1,075244,60,65535#', 'V4')
    expect(reply).toMatchObject({ command: 'D1', cmdTime: '075244', params: ['60', '65535'] })
    expect((await ask('CXZT', 'SMS')).reply?.result).toContain('UT:60,60,300')
  })

  it('answers CXZT in lines', async () => {
    await connectTracker('st906l')
    const { reply } = await ask('CXZT', 'SMS')
    expect(reply?.result?.split('\n')).toHaveLength(8)
  })

  it('takes 805 and 809 for the two states of the ignition', async () => {
    await connectTracker('st906l')
    expect((await ask('8050000 20', 'SMS')).reply?.result).toBe('SET OK')
    expect((await ask('8090000 300', 'SMS')).reply?.result).toBe('SET OK')
    expect((await ask('CXZT', 'SMS')).reply?.result).toContain('UT:20,300,300')
  })

  it('reports at the new interval after 805', async () => {
    await connectTracker('st906l', { intervalSeconds: 100_000 })
    const before = sink.got.length
    await ask('8050000 10', 'SMS')
    await sink.until(() => sink.got.length >= before + 5)
  })

  it('ignores S71, wrong passwords, intervals below 10 s and other makers', async () => {
    await connectTracker('st906l')
    await ignores('*HQ,9170000000,S71,120000,22,30#')
    await ignores('8050001 30')
    await ignores('8050000 5')
    await ignores('*TH,9170000000,S20,120000,1,1#')
    expect(newest().status!.clear).not.toContain(27)
    expect(replies('V4').every(({ reply }) => reply?.command === 'SCF')).toBe(true)
  })

  it('answers RCONF only after a RESTART', async () => {
    await connectTracker('st906l')
    await ignores('RCONF')
    sink.send('RESTART')
    await sink.until(() => sink.connections() === 2 && sink.got.at(-1)?.connection === 2)
    expect((await ask('RCONF', 'SMS')).reply?.result).toContain('MODE:GPRS')
  })

  it('reboots at 804 and comes back with bit 26 low', async () => {
    await connectTracker('st906l')
    sink.send(`8040000 127.0.0.1 ${sink.port}`)
    await sink.until(() => sink.got.some(({ connection }) => connection === 2))
    const first = sink.got.find(({ connection }) => connection === 2)!.result
    expect(first.ok && first.message.status?.clear.includes(26)).toBe(true)
  })

  it('moves to the server that 804 names', async () => {
    await connectTracker('st906l')
    const other = await startSink()
    sink.send(`8040000 127.0.0.1 ${other.port}`)
    await other.until(() => other.got.length > 0)
    await other.close()
  })
})

describe('other profiles', () => {
  it('lk109 answers S26 with LINK', async () => {
    await connectTracker('lk109')
    expect((await ask('*HQ,4109000000,S26,120000,0#', 'LINK')).batteryPercent).toBe(84)
  })

  it('st904l separates CXZT with stars', async () => {
    await connectTracker('st904l')
    expect((await ask('CXZT', 'SMS')).reply?.result).toContain('*ID:9040000000*')
  })

  it('cj730 answers a restore and leaves its relay open', async () => {
    await connectTracker('cj730')
    await ask('*HQ,7340000000,S20,034312,1,1#', 'V4')
    const { reply } = await ask('*HQ,7340000000,S20,034313,1,0#', 'V4')
    expect(reply).toMatchObject({ command: 'S20', cmdTime: '034313', params: ['1', '1'] })
    const before = sink.got.length
    await sink.until(() => sink.got.length > before && newest().status!.clear.includes(27))
  })
})
