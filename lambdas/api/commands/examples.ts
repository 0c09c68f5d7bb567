import type { z } from '@hono/zod-openapi'
import { entryOf } from '#h02/catalogue/index.ts'
import { lastPage } from '../page.ts'
import type { catalogueSchema } from './catalogue-schema.ts'
import type { ConfirmationAnswer } from './confirmation.ts'
import type { EvidenceRowAnswer } from './evidence.ts'
import type { ProbeAnswer } from './probe.ts'
import type { CommandAnswer, commandPageSchema, CommandSummaryAnswer } from './schema.ts'
import { toCatalogueEntry } from './to-catalogue.ts'

const DEVICE_ID = '9170000000'
const COMMAND_ID = '0mfhq3k2v0a1b2c3'
const SESSION_ID = '019c131a55e2a1b2c3d4'
const GATEWAY_ID = '95693ad5abe5'
const FIRMWARE = 'ST906(70SACD)_TQ_V_2.0 2024/06/07'

/** What a tracker answers to `read-status`. */
const statusReply = {
  text: `${FIRMWARE}\nID:${DEVICE_ID}\nIP:gps.example.com 5013\nUT:20,300,300\nVOLT:14.2V\nAPN:internet.example.com\nGPS:A-22-9\nGSM:26`,
  facts: {
    firmware: FIRMWARE,
    model: 'ST906',
    deviceId: DEVICE_ID,
    serverHost: 'gps.example.com',
    serverPort: 5013,
    intervalOnSeconds: 20,
    intervalOffSeconds: 300,
    heartbeatSeconds: 300,
    voltage: 14.2,
    apn: 'internet.example.com',
    gpsFix: true,
    satellites: 9,
    gsm: 26,
  },
}

const conclusion = {
  at: '2026-01-31T08:01:05.310Z',
  verdict: 'confirmed',
  reason: null,
  ok: true,
  likely: false,
  already: false,
  late: false,
  ambiguous: false,
  effectPending: false,
  corrected: false,
} as const

const commandSummaryExample: CommandSummaryAnswer = {
  commandId: COMMAND_ID,
  deviceId: DEVICE_ID,
  state: 'concluded',
  verdict: 'confirmed',
  conclusion,
  waitingFor: null,
  intent: 'interval-on',
  title: 'Report interval, ignition on',
  params: { seconds: 20 },
  raw: null,
  dialect: 'auto',
  danger: 'harmless',
  createdAt: '2026-01-31T08:00:01.196Z',
  createdBy: 'admin',
  expiresAt: '2026-02-01T08:00:01.196Z',
  probeId: null,
  campaignId: null,
  metadata: { order: '4711' },
  reply: { text: 'SET OK', facts: {} },
}

const frameAt = (seq: number, receivedAt: string) => ({ sessionId: SESSION_ID, seq, receivedAt })

export const commandExample: CommandAnswer = {
  ...commandSummaryExample,
  attempts: [
    {
      n: 1,
      dialect: 'text',
      sessionId: SESSION_ID,
      gatewayId: GATEWAY_ID,
      dispatchedAt: '2026-01-31T08:00:01.212Z',
      written: 'yes',
      writtenAt: '2026-01-31T08:00:01.313Z',
      refusal: null,
      reply: { at: '2026-01-31T08:00:02.330Z', ok: true, ambiguous: false, late: false },
      effect: { at: '2026-01-31T08:01:05.250Z', seen: 'expected', likely: false },
    },
  ],
  timeline: [
    {
      id: 'control:created',
      at: '2026-01-31T08:00:01.196Z',
      kind: 'created',
      attempt: null,
      text: 'Requested.',
      bytes: null,
      frame: null,
    },
    {
      id: '1.written',
      at: '2026-01-31T08:00:01.313Z',
      kind: 'written',
      attempt: 1,
      text: 'Written to the tracker; waits at most 30 s for a reply, and 400 s for its effect',
      bytes: { hex: '3830352a2a2a2a203230', text: '805**** 20' },
      frame: null,
    },
    {
      id: '1.reply.019c131a55e2a1b2c3d4.1769846402330.9',
      at: '2026-01-31T08:00:02.330Z',
      kind: 'reply',
      attempt: 1,
      text: 'Answered',
      bytes: {
        hex: '2a48512c393137303030303030302c534d532c534554204f4b23',
        text: '*HQ,9170000000,SMS,SET OK#',
      },
      frame: frameAt(9, '2026-01-31T08:00:02.330Z'),
    },
    {
      id: '1.effect.019c131a55e2a1b2c3d4.1769846465250.13',
      at: '2026-01-31T08:01:05.250Z',
      kind: 'effect',
      attempt: 1,
      text: '3 gaps of about 20 s between frames',
      bytes: null,
      frame: frameAt(13, '2026-01-31T08:01:05.250Z'),
    },
    {
      id: 'control:concluded',
      at: '2026-01-31T08:01:05.310Z',
      kind: 'concluded',
      attempt: null,
      text: 'Ended: confirmed.',
      bytes: null,
      frame: null,
    },
  ],
}

export const commandPageExample: z.infer<typeof commandPageSchema> = {
  deviceId: DEVICE_ID,
  ...lastPage(commandSummaryExample),
}

/** A read that a schedule has sent. */
export const readSummaryExample: CommandSummaryAnswer = {
  ...commandSummaryExample,
  commandId: '0mfhq3k2v0b2c3d4',
  verdict: 'answered',
  conclusion: { ...conclusion, verdict: 'answered', at: '2026-01-31T08:00:02.377Z' },
  intent: 'read-status',
  title: 'Status',
  params: {},
  metadata: null,
  reply: statusReply,
}

const cancelled = {
  verdict: 'undelivered',
  conclusion: {
    ...conclusion,
    at: '2026-01-31T08:10:00.125Z',
    verdict: 'undelivered',
    reason: 'cancelled',
    ok: null,
  },
  reply: null,
} as const

/** Cancelled before the device was online. */
export const cancelledSummaryExample: CommandSummaryAnswer = { ...commandSummaryExample, ...cancelled }
export const cancelledExample: CommandAnswer = {
  ...cancelledSummaryExample,
  attempts: [],
  timeline: [
    ...commandExample.timeline.slice(0, 1),
    {
      id: 'control:concluded',
      at: cancelled.conclusion.at,
      kind: 'concluded',
      attempt: null,
      text: 'Ended: undelivered (cancelled).',
      bytes: null,
      frame: null,
    },
  ],
}

/** It waits for the device to be online. */
export const createdExample: CommandAnswer = {
  ...commandExample,
  state: 'queued',
  verdict: null,
  conclusion: null,
  waitingFor: { what: 'device', until: commandExample.expiresAt },
  reply: null,
  attempts: [],
  timeline: commandExample.timeline.slice(0, 1),
}

export const confirmationExample: ConfirmationAnswer = {
  token: 'q1Zr0x3l5c0U8mM0f9w4nKk2cJr1d7uE',
  expiresAt: '2026-01-31T08:01:04.250Z',
  intent: 'engine-cut',
  title: 'Cut the engine',
  params: {},
  fix: {
    fixTime: '2026-01-31T08:00:00Z',
    receivedAt: '2026-01-31T08:00:01.250Z',
    ageSeconds: 4,
    latitude: 52.52,
    longitude: 13.405,
    speedKmh: 0,
  },
  allowed: true,
  maxSpeedKmh: 20,
  detail:
    'By the frames stored so far the command is allowed: last fix: 0 km/h, 4 s old. The gateway judges again just before it writes: at 20 km/h or less by a fix no older than 60 s, or parked.',
}

const counts: EvidenceRowAnswer['evidence'] = {
  tried: 12,
  answered: 12,
  tookEffect: 11,
  verdicts: { confirmed: 11, unconfirmed: 1 },
}

export const evidenceRowExample: EvidenceRowAnswer = {
  firmware: FIRMWARE,
  intent: 'interval-on',
  dialect: 'text',
  evidence: counts,
}

const intervalOn = toCatalogueEntry(entryOf('interval-on')!, { model: 'ST-906L', firmware: FIRMWARE }, [])

/** One entry of many. */
export const catalogueExample: z.infer<typeof catalogueSchema> = {
  deviceId: DEVICE_ID,
  model: 'ST-906L',
  firmware: FIRMWARE,
  items: [{ ...intervalOn, dialects: intervalOn.dialects.map((one) => ({ ...one, evidence: counts })) }],
}

export const probeExample: ProbeAnswer = {
  probeId: COMMAND_ID,
  deviceId: DEVICE_ID,
  level: 1,
  state: 'running',
  phase: 'reads',
  createdAt: '2026-01-31T08:00:01.196Z',
  createdBy: 'admin',
  asked: 2,
  concluded: 1,
  answered: 1,
  facts: statusReply.facts,
  items: [
    {
      intent: 'read-status',
      title: 'Status',
      dialect: 'text',
      commandId: '0mfhq3k2v0b2c3d4',
      state: 'concluded',
      verdict: 'answered',
      ok: true,
      reason: null,
      answer: statusReply.text,
      phase: 'reads',
      changed: null,
    },
    {
      intent: 'read-firmware',
      title: 'Firmware',
      dialect: 'text',
      commandId: '0mfhq3k2v0c3d4e5',
      state: 'queued',
      verdict: null,
      ok: null,
      reason: null,
      answer: null,
      phase: 'reads',
      changed: null,
    },
  ],
}
