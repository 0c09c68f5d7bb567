import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { encodeV1, encodeV4, type Body } from '../../simulator/encode.ts'
import { scaled, timeScale } from '../command-system.ts'
import { closeAtEnd, system } from '../shared-system.ts'

/**
 * An ST-906L as the owners of the public thread "Sinotrack ST-906L H02 protocol and GPRS commands" describe it
 * (PROTOCOL.md section 5.4): it ignores S71, answers RCONF only after a RESTART, ignores a long 809 over TCP, and
 * moves to another server with 804, from where it comes back by SMS.
 */
class ForumTracker {
  readonly heard: string[] = []
  private socket: Socket | null = null
  private timer: NodeJS.Timeout | undefined
  private isCut = false
  private hasRestarted = false
  private reportMs: number
  private readonly port: number
  private readonly id: string

  constructor(port: number, id: string, reportMs: number) {
    this.port = port
    this.id = id
    this.reportMs = reportMs
  }

  async dial(): Promise<void> {
    const socket = createConnection({ port: this.port, host: '127.0.0.1' })
    this.socket = socket
    socket.on('error', () => {})
    socket.on('data', (chunk) => this.onData(chunk.toString('latin1')))
    await once(socket, 'connect')
    // The boot frame of TQ firmware.
    socket.write(
      encodeV1(this.sender, this.body(), this.cell)
        .toString()
        .replace(',V1,', ',V6,')
        .replace('#', ',8944000000000000000F#'),
    )
    this.schedule()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.socket?.destroy()
  }

  private get sender() {
    return { maker: 'HQ', id: this.id }
  }
  private readonly cell = { mcc: 293, mnc: 40, lac: 5012, cid: 31_407 }

  private body(): Body {
    return {
      fixTime: Date.now(),
      fix: { valid: true, latitude: 46.0512, longitude: 14.5061, speedKnots: 0, course: 0, satellites: 9 },
      status: this.isCut ? 'F7FFFBFF' : 'FFFFFBFF',
    }
  }

  private schedule(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.socket?.write(encodeV1(this.sender, this.body(), this.cell))
      this.schedule()
    }, this.reportMs)
  }

  private say(text: string): void {
    this.socket?.write(Buffer.from(`*HQ,${this.id},SMS,${text}#`, 'latin1'))
  }

  private async leaveAndReturn(awayMs: number): Promise<void> {
    this.stop()
    await new Promise((resolve) => setTimeout(resolve, awayMs))
    await this.dial()
  }

  private onData(text: string): void {
    const commands = text.split(/(?<=#)/).filter((one) => !/,(R12|V4),/.test(one))
    for (const command of commands) {
      this.heard.push(command)
      this.obey(command)
    }
  }

  private obey(command: string): void {
    const [, , word, time, ...params] = command.replace('#', '').split(',')
    if (word === 'S20') {
      this.isCut = params.join() === '1,1'
      this.socket?.write(
        encodeV4(this.sender, 'S20', [this.isCut ? 'DONE' : 'OK'], time!, this.body(), this.cell),
      )
    } else if (command === 'CXZT') {
      this.say(
        `ST906(70SACD)_TQ_V_2.0 2024/06/07\nID:${this.id}\nIP:203.0.113.9 5013\nUT:30,300,300\nVOLT:12.9V\nGPS:A-12-9\nGSM:22`,
      )
    } else if (command === 'RCONF' && this.hasRestarted) {
      this.say(
        `ST906,ID:${this.id},UP:0000,U1:,U2:,U3:,MODE:GPRS,POWER ALARM:ON,APN:internet,,,IP:203.0.113.9:5013,GPRS UPLOAD TIME:20,300,TIME ZONE:E00`,
      )
    } else if (command === 'RESTART') {
      this.hasRestarted = true
      void this.leaveAndReturn(200)
    } else if (command.startsWith('8050000 ')) {
      this.reportMs = Number(command.slice(8)) * 1_000 * timeScale
      this.schedule()
      this.say('SET OK')
    } else if (command.startsWith('8040000 ')) {
      this.say('SET OK')
      void this.leaveAndReturn(scaled(20))
    }
  }
}

const DEVICE_ID = '9170000000'
type Row = {
  readonly order: object
  readonly says: string
  readonly verdicts: readonly string[]
  readonly reply: RegExp | null
}

/** One command after another, as an owner types them. Each answered command has its own reply and no other. */
const rows: readonly Row[] = [
  { order: { raw: 'CXZT' }, says: 'CXZT', verdicts: ['answered'], reply: /^ST906\(70SACD\)/ },
  {
    order: { raw: `*HQ,${DEVICE_ID},S71,120000,22,20#` },
    says: 'S71,',
    verdicts: ['unanswered'],
    reply: null,
  },
  { order: { raw: 'RCONF' }, says: 'RCONF', verdicts: ['unanswered'], reply: null },
  {
    order: { raw: '8050000 20' },
    says: '8050000 20',
    // Its gaps are measured. On a busy machine reports are late, and the effect stays open.
    verdicts: ['confirmed', 'answered'],
    reply: /^SET OK$/,
  },
  { order: { raw: '8090000 300' }, says: '8090000 300', verdicts: ['unanswered'], reply: null },
  { order: { raw: 'CXZT' }, says: 'CXZT', verdicts: ['answered'], reply: /^ST906\(70SACD\)/ },
  { order: { raw: 'RESTART' }, says: 'RESTART', verdicts: ['confirmed'], reply: null },
  { order: { raw: 'RCONF' }, says: 'RCONF', verdicts: ['answered'], reply: /^ST906,ID:/ },
  {
    order: { raw: '8040000 203.0.113.77 5013', confirm: true },
    says: '8040000 203',
    // It left for that server, and an SMS brought it back.
    verdicts: ['unconfirmed'],
    reply: /^SET OK$/,
  },
  { order: { raw: 'CXZT' }, says: 'CXZT', verdicts: ['answered'], reply: /^ST906\(70SACD\)/ },
]

export function forum(): void {
  it('the forum story: an owner tries one command after another, and each verdict is correct', async () => {
    await system.register(DEVICE_ID)
    const tracker = new ForumTracker(system.embedded.tcpPort, DEVICE_ID, scaled(30))
    closeAtEnd(() => tracker.stop())
    await tracker.dial()
    const transcript: string[] = []
    for (const { order, says, verdicts, reply } of rows) {
      const command = await system.endedAs(await system.order(DEVICE_ID, order), ...verdicts)
      const text: string | null = command.reply?.text ?? null
      transcript.push(`${says.padEnd(12)} ${command.verdict.padEnd(11)} ${text?.split('\n')[0] ?? '–'}`)
      expect(verdicts, transcript.join('\n')).toContain(command.verdict)
      if (reply === null) expect([says, text]).toEqual([says, null])
      else expect(text).toMatch(reply)
      expect(
        command.timeline.find(({ kind }: { kind: string }) => kind === 'written')?.bytes?.text,
      ).toContain(says.slice(0, 4))
    }

    const cut = await system.endedAs(
      await system.orderTwice(DEVICE_ID, { intent: 'engine-cut' }),
      'confirmed',
    )
    expect(cut).toMatchObject({ verdict: 'confirmed', conclusion: { ok: true } })
    const restore = await system.endedAs(
      await system.order(DEVICE_ID, { intent: 'engine-restore' }),
      'confirmed',
    )
    expect(restore).toMatchObject({ verdict: 'confirmed', conclusion: { ok: true } })
    // Every command was written once, and nothing else was.
    expect(tracker.heard.map((one) => one.replace(/^\*HQ,\d+,/, '').slice(0, 4))).toEqual([
      ...rows.map(({ says }) => says.slice(0, 4)),
      'S20,',
      'S20,',
    ])
  })
}
