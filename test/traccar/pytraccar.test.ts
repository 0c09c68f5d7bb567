import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Embedded } from '../../cdk/local/embedded.ts'
import {
  makeDataDir,
  playUntilAcked,
  removeDataDir,
  startForTest,
  TEST_ADMIN_KEY,
  until,
} from '../e2e/harness.ts'
import { isSkipped } from '../skip.ts'
import { fixTimeOf, frameAt } from './frame.ts'

/** A Python that has the client of Home Assistant. */
const python = process.env.PYTRACCAR_PYTHON ?? 'python3'

function findMissing(): string | null {
  try {
    execFileSync(python, ['-c', 'import pytraccar'], { stdio: 'ignore' })
    return null
  } catch {
    return 'Run python3 -m pip install pytraccar==2.1.1, or set PYTRACCAR_PYTHON to a Python that has it.'
  }
}

describe.skipIf(isSkipped('the Traccar API with pytraccar', findMissing()))(
  'the Python client pytraccar',
  () => {
    const dataDir = makeDataDir()
    const deviceId = '9170000958'
    let embedded: Embedded
    let child: ChildProcess | undefined
    beforeAll(async () => {
      embedded = await startForTest(dataDir, {}, { traccarApi: true })
    })
    afterEach(() => child?.kill())
    afterAll(async () => {
      await embedded?.close()
      removeDataDir(dataDir)
    })

    const start = (key: string) => {
      const { hostname, port } = new URL(embedded.httpUrl)
      const args = [join(import.meta.dirname, 'client.py'), hostname, port, key]
      const running = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      child = running
      const lines: { kind: string; value: any }[] = []
      createInterface({ input: running.stdout }).on('line', (line) => lines.push(JSON.parse(line)))
      const all = async (kind: string) => lines.filter((line) => line.kind === kind).map(({ value }) => value)
      /** The first that holds. */
      return async (kind: string, holds: (value: any) => boolean = () => true) =>
        (
          await until(
            () => all(kind),
            (values) => values.some(holds),
          )
        ).find(holds)
    }

    it('reads the fleet, and receives changes', async () => {
      const before = Date.now() - 60_000
      await playUntilAcked(embedded.tcpPort, frameAt(deviceId, before, { sos: true }))
      await until(
        async () =>
          (await fetch(`${embedded.httpUrl}/api/positions`, {
            headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` },
          }).then((answer) => answer.json())) as unknown[],
        ({ length }) => length === 1,
      )
      const read = start(TEST_ADMIN_KEY)
      expect(await read('server')).toMatchObject({ version: expect.any(String) })
      expect(await read('devices')).toMatchObject([{ id: Number(deviceId), uniqueId: deviceId }])
      expect(await read('positions')).toMatchObject([{ deviceId: Number(deviceId), speed: 24.05 }])
      expect(await read('geofences')).toEqual([])
      expect(await read('events')).toContainEqual(
        expect.objectContaining({ type: 'alarm', attributes: { alarm: 'sos', name: 'sos' } }),
      )
      await read('update', ({ positions }) => positions?.length === 1)
      const now = Date.now()
      await playUntilAcked(embedded.tcpPort, frameAt(deviceId, now))
      const isNew = ({ fixTime }: { fixTime: string }): boolean => Date.parse(fixTime) === fixTimeOf(now)
      const update = await read('update', ({ positions }) => positions?.some(isNew) === true)
      expect(update.devices).toMatchObject([{ id: Number(deviceId) }])
      await read('update', ({ events }) => events?.some(({ type }: any) => type === 'deviceOffline') === true)
    })

    it('reports that a key is wrong', async () => {
      expect(await start('wrong')('error')).toBe('TraccarAuthenticationException')
    })
  },
)
