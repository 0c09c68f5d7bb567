import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BusEvent } from '#shared/bus/event-bus.ts'
import type { Command } from '#shared/domain/command.ts'
import type { SessionReport } from '#shared/domain/command-messages.ts'
import { createControl } from '../../lambdas/control/control.ts'
import { requestSummary } from '../../lambdas/control/sweep.ts'
import { alarmEffect, presenceEffects, toBusEvent } from '../../lambdas/ingest/effects.ts'
import { MINUTE, reportOf, sessionOf, start, startCommands, type TestCommands } from '../commands/harness.ts'
import { makeEvent } from '../ingest/events.ts'

const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'cdk/OPERATIONS.md'), 'utf8')
const section = /^## Events\n([^]*?)(?=^## |(?![^]))/m.exec(guide)![1]!
const lines = section.split('\n')
const rows = lines.filter((line) => line.startsWith('| `'))
const prose = lines.filter((line) => !line.startsWith('|'))
const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)

/** Which names the detail of each type has, beside `id` and `deviceId`. What stands behind a colon explains. */
const documented = new Map(
  rows.flatMap((row) => {
    const [, types = '', names = ''] = row.split('|')
    const own = quoted(names.split(':')[0]!).toSorted()
    return quoted(types).map((type) => [type, own] as const)
  }),
)

/** The types that the code of ingest and control names. */
const typesInCode = ['ingest', 'control'].flatMap((part) =>
  readdirSync(join(root, 'lambdas', part), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join(root, 'lambdas', part, file), 'utf8').matchAll(
        /'((?:Device|Command)(?: [A-Z]\w+)+)'/g,
      ),
    ])
    .map(([, type]) => type!),
)

let t: TestCommands
let control: (event: unknown) => Promise<void>
beforeAll(async () => {
  t = await startCommands()
  control = createControl(t.parts)
})
afterAll(() => t.close())

const namesOf = ({ detail }: BusEvent): string[] =>
  Object.keys(detail)
    .filter((name) => name !== 'id' && name !== 'deviceId')
    .toSorted()
const report = (message: object) => control({ v: 1, ...message, topic: 'h02/local/up/x' })

/** One event of each type that ingest makes. */
function ingested(): BusEvent[] {
  const event = makeEvent({ raw: new Uint8Array() })
  const alarm = (kind: 'alarm-raised' | 'alarm-cleared') =>
    alarmEffect(event, null, { kind, number: 1, model: null, point: null }, false)
  return [
    alarm('alarm-raised'),
    alarm('alarm-cleared'),
    ...presenceEffects(event, false, true),
    ...presenceEffects(event, true, false),
  ].map(toBusEvent)
}

/** One event of each type that control makes. */
async function controlled(): Promise<BusEvent[]> {
  t.events.length = 0
  const deviceId = await t.makeDevice()
  const { command } = (await t.dispatcher.submit(t.order(deviceId))) as { command: Command }
  await report(
    reportOf(command, {
      written: 'yes',
      writtenAt: start + 10,
      reply: { at: start + 900, ok: true, ambiguous: false, late: false },
    }),
  )
  await t.sessions.login({ ...sessionOf(2), deviceId })
  await report({
    kind: 'session',
    event: 'contested',
    deviceId,
    ...sessionOf(1),
    epoch: 1,
    at: start + MINUTE,
    ownerAddress: '203.0.113.2',
  } satisfies Omit<SessionReport, 'v'>)
  const reporter = { deviceId, gatewayId: 'gateway1', at: start }
  await report({ kind: 'source-refused', ...reporter, remoteAddress: '192.0.2.1' })
  await report({ kind: 'daily-limit', ...reporter })
  t.clock.now = start + 25 * 60 * MINUTE
  await control({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event' })
  await requestSummary(t.parts, { scope: deviceId, version: 1 })
  return t.events
}

it('events have the types and details that OPERATIONS.md documents', async () => {
  const made = new Map([...ingested(), ...(await controlled())].map((event) => [event.detailType, event]))
  expect(new Set(typesInCode)).toEqual(new Set(made.keys()))
  expect(Object.fromEntries(documented)).toEqual(
    Object.fromEntries([...made].map(([type, event]) => [type, namesOf(event)])),
  )
  for (const [type, { detail }] of made) expect([type, typeof detail.deviceId]).toEqual([type, 'string'])
})

it('the text around the table names no other detail', () => {
  const known = new Set(['id', 'deviceId', ...[...documented.values()].flat()])
  const names = prose.flatMap(quoted).filter((name) => /^[a-z]\w*$/.test(name))
  expect(names.filter((name) => !known.has(name))).toEqual([])
  expect(names).toContain('id')
})
