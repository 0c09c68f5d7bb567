import { afterEach, describe, expect, it } from 'vitest'
import type { Message } from '#h02'
import { startSink, type Sink } from './sink.ts'
import { createTracker, type Tracker } from './tracker.ts'

const TIME_SCALE = 0.005
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
    timeScale: TIME_SCALE,
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

describe('the simulated st906l', () => {
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

  it('uses 805 and 809 for the two states of the ignition', async () => {
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

  it('fails a RESTART now and then, by its seed; 804 with the same server always reboots', async () => {
    await connectTracker('st906l', { seed: 4 })
    await ignores('RESTART')
    await ignores('RCONF')
    expect(sink.connections()).toBe(1)
    sink.send(`8040000 127.0.0.1 ${sink.port}`)
    await sink.until(() => sink.connections() === 2 && sink.got.at(-1)?.connection === 2)
    sink.send('RESTART')
    await sink.until(() => sink.connections() === 3 && sink.got.at(-1)?.connection === 3)
    expect((await ask('RCONF', 'SMS')).reply?.result).toContain('MODE:GPRS')
  })

  it.each([
    ['8960000E08', 'TIME ZONE SET OK, CURRENT: E08', 'TIME ZONE:E08'],
    ['8030000 net.example web guest', 'SET OK', 'APN:net.example,web,guest'],
    ['139504434650000 2', 'SET OK', 'U2:13950443465'],
    ['0100000', 'SET OK', 'POWER ALARM:OFF'],
    ['1220000 90', 'SET OK', 'SPEED:90'],
    ['1810000T10', 'SET OK', 'VIBRATION:10'],
    ['2110000', 'SET OK', 'FENCE:ON 500'],
    ['0050000 1000', 'SET OK', 'FENCE:OFF 1000'],
    ['SLEEP0000 5', 'SET OK', 'SLEEP:5'],
    ['8050000 20', 'SET OK', 'GPRS UPLOAD TIME:20'],
    ['77743210000', 'SET OK', 'UP:4321'],
  ])('keeps what %s sets, and RCONF shows it', async (text, answer, reported) => {
    await connectTracker('st906l')
    sink.send('RESTART')
    await sink.until(() => sink.connections() === 2 && sink.got.at(-1)?.connection === 2)
    expect((await ask('RCONF', 'SMS')).reply?.result).not.toContain(reported)
    expect((await ask(text, 'SMS')).reply?.result).toBe(answer)
    expect((await ask('RCONF', 'SMS')).reply?.result).toContain(reported)
  })

  it('checks its password: after 777 it ignores commands with the old one', async () => {
    await connectTracker('st906l')
    await ask('77743210000', 'SMS')
    await ignores('8050000 30')
    await ignores('77711110000')
    expect((await ask('8054321 30', 'SMS')).reply?.result).toBe('SET OK')
    expect((await ask('CXZT', 'SMS')).reply?.result).toContain('UT:30,')
  })

  it('cuts and restores by 940 and 941, as bit 27 shows', async () => {
    await connectTracker('st906l')
    await ask('9400000', 'SMS')
    await sink.until(() => newest().status!.clear.includes(27))
    await ask('9410000', 'SMS')
    await sink.until(() => !newest().status!.clear.includes(27))
  })

  it('reports its firmware, its mileage, its position and its phones', async () => {
    await connectTracker('st906l', { secrets: { phones: ['111111', '222222'] } })
    expect((await ask('QZXT', 'SMS')).reply?.result).toBe('ST906(70SACD)_TQ_V_2.0 2024/06/07')
    await ask('1420000M123400', 'SMS')
    expect((await ask('1430000', 'SMS')).reply?.result).toMatch(/CURRENT TOTAL MILEAGE:12\d{4}$/)
    expect((await ask('6690000', 'SMS')).reply?.result).toMatch(/^(Lat:4\d\.\d{6},Lon:1\d\.|NO GPS)/)
    expect((await ask('C10#', 'SMS')).reply?.result).toBe('U1:111111,U2:222222,U3:')
    await ask('D101#', 'SMS')
    expect((await ask('C10#', 'SMS')).reply?.result).toBe('U1:,U2:222222,U3:')
  })

  it('has the secrets given to it, and accepts commands with its own password only', async () => {
    const secrets = {
      password: '7391',
      phones: ['5550001111', '5550002222'],
      apn: 'secret.example',
      apnUser: 'someone',
      apnPassword: 'hidden',
    }
    await connectTracker('st906l', { secrets })
    await ignores('8050000 20')
    sink.send('RESTART')
    await sink.until(() => sink.connections() === 2 && sink.got.at(-1)?.connection === 2)
    const config = (await ask('RCONF', 'SMS')).reply!.result!
    expect(config).toContain('UP:7391,U1:5550001111,U2:5550002222,U3:,')
    expect(config).toContain('APN:secret.example,someone,hidden,')
    expect((await ask('8057391 20', 'SMS')).reply?.result).toBe('SET OK')
  })

  it.each(['7000000', 'RESET'])('disconnects permanently after %s', async (text) => {
    await connectTracker('st906l')
    sink.send(text)
    await sink.ended(1)
    expect(replies('SMS').map(({ reply }) => reply?.result)).toEqual(text === 'RESET' ? [] : ['SET OK'])
    // Meanwhile another tracker has time to reboot, which takes longer than any other way of dialling again.
    const other = createTracker({
      host: '127.0.0.1',
      port: sink.port,
      profile: 'st904l',
      timeScale: TIME_SCALE,
    })
    other.start()
    await sink.until(() => sink.got.at(-1)?.connection === 2)
    sink.send('RESTART')
    await sink.until(() => sink.got.at(-1)?.connection === 3)
    await other.stop()
    expect(sink.messages().at(-1)?.id).toBe(other.deviceId)
    expect(sink.connections()).toBe(3)
  })

  it('reboots after 804 and reconnects with bit 26 low', async () => {
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

describe('other simulated profiles', () => {
  it('lk109 answers S26 with LINK', async () => {
    await connectTracker('lk109')
    expect((await ask('*HQ,4109000000,S26,120000,0#', 'LINK')).batteryPercent).toBe(84)
  })

  it('st904l separates CXZT with stars', async () => {
    await connectTracker('st904l')
    expect((await ask('CXZT', 'SMS')).reply?.result).toContain('*ID:9040000000*')
  })

  it('cj730 answers a restore but leaves its relay open', async () => {
    await connectTracker('cj730')
    await ask('*HQ,7340000000,S20,034312,1,1#', 'V4')
    const { reply } = await ask('*HQ,7340000000,S20,034313,1,0#', 'V4')
    expect(reply).toMatchObject({ command: 'S20', cmdTime: '034313', params: ['1', '1'] })
    const before = sink.got.length
    await sink.until(() => sink.got.length > before && newest().status!.clear.includes(27))
  })
})

describe('profiles that treat commands in odd ways', () => {
  it('silent reads a cut, does nothing and sends nothing', async () => {
    await connectTracker('silent')
    sink.send('*HQ,9170000005,S20,120000,1,1#')
    await sink.until(() => tracker.received.length > 0)
    sink.send('CXZT')
    const before = sink.got.length
    await sink.until(() => sink.got.length > before + 3)
    expect(newest().status!.clear).not.toContain(27)
    expect(new Set(sink.messages().map(({ type }) => type))).toEqual(new Set(['V1']))
  })

  it('mute executes commands and sends nothing', async () => {
    await connectTracker('mute')
    sink.send('*HQ,9170000006,S20,120000,1,1#')
    await sink.until(() => newest().status!.clear.includes(27))
    expect(replies('V4')).toEqual([])
  })

  it.each([
    ['slow-25', '9170000007', 25],
    ['slow-40', '9170000008', 40],
  ])('%s executes and answers after its delay', async (profile, id, seconds) => {
    await connectTracker(profile)
    const before = sink.got.length
    const sentAt = performance.now()
    sink.send(`*HQ,${id},S20,120000,1,1#`)
    await sink.until(() => replies('V4').length > 0)
    const tookMs = performance.now() - sentAt
    const between = sink.messages().slice(
      before,
      sink.messages().findIndex(({ type }) => type === 'V4'),
    )
    const [answer] = replies('V4')
    // A busy machine only makes it later. Timers may fire a millisecond early.
    expect(tookMs).toBeGreaterThanOrEqual(seconds * 1_000 * TIME_SCALE - 1)
    expect(between.every(({ status }) => !status!.clear.includes(27))).toBe(true)
    expect(answer!.reply).toMatchObject({ command: 'S20', cmdTime: '120000', result: 'DONE' })
  })

  it('wrong-word answers another command than the one sent, and does nothing', async () => {
    await connectTracker('wrong-word')
    const { reply } = await ask('*HQ,9170000009,S20,120000,1,1#', 'V4')
    expect(reply).toMatchObject({ command: 'S17', cmdTime: '120000' })
    expect((await ask('CXZT', 'SMS')).reply?.result).toBe('TIME ZONE SET OK, CURRENT: E08')
    const before = sink.got.length
    await sink.until(() => sink.got.length > before + 1)
    expect(newest().status!.clear).not.toContain(27)
  })

  it('dies disconnects at a command and reconnects', async () => {
    await connectTracker('dies')
    sink.send('*HQ,9170000010,S20,120000,1,1#')
    await sink.until(() => sink.connections() === 2 && sink.got.at(-1)?.connection === 2)
    expect(replies('V4')).toEqual([])
    expect(newest().status!.clear).not.toContain(27)
  })

  it('already is cut and armed before a command, and answers as usual', async () => {
    await connectTracker('already')
    expect(newest().status!.clear).toEqual(expect.arrayContaining([27, 9]))
    const { reply } = await ask('*HQ,9170000011,S20,120000,1,1#', 'V4')
    expect(reply).toMatchObject({ command: 'S20', result: 'DONE' })
    expect(newest().status!.clear).toContain(27)
  })

  it('st901l-4g says V6 with its ICCID again after a RESTART', async () => {
    await connectTracker('st901l-4g')
    sink.send('RESTART')
    await sink.until(() => replies('V6').length === 2)
    expect(replies('V6')[1]!.iccid).toMatch(/^8944501311217563382/)
  })
})
