import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { hashKey } from '#shared/store/api-keys.ts'
import type { Embedded } from '../../cdk/local/embedded.ts'
import { readRunning } from '../../cdk/local/running.ts'
import { executable, missingBrowser } from '../console/browser.ts'
import { isSkipped } from '../skip.ts'
import { dialMqtt } from '../local/mqtt-client.ts'
import { send } from '../local/signed.ts'
import { openFleetTable } from './fleet-table.ts'
import {
  call,
  makeDataDir,
  playUntilAcked,
  readAll,
  removeDataDir,
  startForTest,
  TEST_ADMIN_KEY,
  until,
} from './harness.ts'

const DEVICE_ID = '9170000911'
const PASSWORD = '731946'
const FRAME = `*HQ,${DEVICE_ID},V1,120000,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFBBFF#`
/** A key that an attacker plants: with its item in the table, the API would accept it. */
const planted = `h02_0123456789ab_${'A'.repeat(43)}`

const dataDir = makeDataDir()
let embedded: Embedded
beforeAll(async () => {
  embedded = await startForTest(dataDir)
  await call(embedded, '/v1/devices', { method: 'POST', body: [{ deviceId: DEVICE_ID, password: PASSWORD }] })
  await playUntilAcked(embedded.tcpPort, FRAME)
  await until(
    () => readAll(embedded, `/v1/devices/${DEVICE_ID}/frames`),
    (rows) => rows.length > 0,
  )
})
afterAll(async () => {
  await embedded?.close()
  removeDataDir(dataDir)
})

const readFleet = async (): Promise<string> => {
  const { client, table } = openFleetTable(dataDir)
  const { Items } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
  client.destroy()
  return JSON.stringify(Items)
}
/** What an attacker writes into the fleet table, as DynamoDB's JSON. */
const plant = {
  TableName: 'h02-local-fleet',
  Item: {
    pk: { S: 'key#0123456789ab' },
    sk: { S: 'key' },
    keyId: { S: '0123456789ab' },
    prefix: { S: 'h02_0123456789ab' },
    scopes: { L: [{ S: 'admin' }] },
    createdAt: { N: '1' },
    createdBy: { S: 'admin' },
    hash: { B: hashKey(planted).toString('base64') },
  },
}
const expectNothingPlanted = async (): Promise<void> => {
  expect(await readFleet()).not.toContain('0123456789ab')
  expect((await call(embedded, '/v1/keys', { headers: { authorization: `Bearer ${planted}` } })).status).toBe(
    401,
  )
}
/** Signed with an arbitrary key, which earlier versions accepted. */
const oldAuthorization =
  'AWS4-HMAC-SHA256 Credential=LOCALADMIN/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=' +
  '0'.repeat(64)

describe('every stand-in of a running embedded mode', () => {
  const endpoints = () =>
    Object.entries(embedded.env).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL_'))

  it('refuses requests that no part of this start has signed', async () => {
    expect(endpoints().map(([name]) => name)).toHaveLength(7)
    for (const [, endpoint] of endpoints()) {
      expect(new URL(endpoint).hostname).toBe('127.0.0.1')
      for (const authorization of [undefined, oldAuthorization]) {
        const headers = {
          'x-amz-target': 'DynamoDB_20120810.PutItem',
          'content-type': 'application/x-amz-json-1.0',
        }
        const answer = await send(endpoint, {
          method: 'POST',
          path: '/',
          headers: { host: new URL(endpoint).host, ...headers, ...(authorization && { authorization }) },
          body: JSON.stringify(plant),
        })
        expect(answer.status).toBeGreaterThanOrEqual(400)
      }
    }
    for (const credentials of [
      { accessKeyId: 'LOCALGATEWAY', secretAccessKey: 'local' },
      { accessKeyId: 'test', secretAccessKey: 'test' },
    ])
      await expect(dialMqtt(embedded.iot.mqttEndpoint, 'x', { credentials })).rejects.toThrow('403')
    await expectNothingPlanted()
  })

  it('has new keys at each start, one per part', async () => {
    const secrets = (['gateway', 'api', 'admin', 'tools'] as const).map(
      (part) => embedded.credentialsOf(part).secretAccessKey,
    )
    expect(new Set(secrets).size).toBe(4)
    expect(readRunning(dataDir)!.credentials).toEqual(embedded.credentialsOf('tools'))
  })

  it('accepts the tools of its owner, by the key in the data folder', async () => {
    const file = join(import.meta.dirname, '../../cdk/tools/history.ts')
    const range = ['--from', '2023-05-25T00:00Z', '--to', '2100-01-01T00:00Z']
    const { stdout } = await promisify(execFile)(process.execPath, [
      file,
      DEVICE_ID,
      ...range,
      '--data',
      dataDir,
    ])
    expect(stdout).toContain(FRAME)
  })
})

describe('the HTTP API', () => {
  const ask = (headers: Record<string, string>, method = 'GET') =>
    send(embedded.httpUrl, {
      method,
      path: '/v1/devices',
      headers: { authorization: `Bearer ${TEST_ADMIN_KEY}`, ...headers },
      body: '',
    })

  it('answers under its own host names only', async () => {
    const { port } = new URL(embedded.httpUrl)
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`])
      expect((await ask({ host })).status).toBe(200)
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      'localhost',
      `127.0.0.2:${port}`,
      `localhost:1${port}`,
    ])
      expect((await ask({ host })).status, host).toBe(421)
  })

  it('answers its own pages only, and no preflight request of others', async () => {
    const { host, origin } = new URL(embedded.httpUrl)
    expect((await ask({ host, origin })).status).toBe(200)
    for (const other of [
      'https://evil.example',
      'null',
      origin.replace('http:', 'https:'),
      `${origin}.evil.example`,
    ]) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answer = await ask({ host, origin: other, 'access-control-request-method': 'GET' }, method)
        expect(answer.status, `${method} ${other}`).toBe(403)
        expect(JSON.stringify(answer.headers)).not.toContain('access-control-')
      }
    }
  })
})

describe.skipIf(isSkipped('pages of other origins', missingBrowser))(
  'a page of another origin in a browser of the owner',
  () => {
    let browser: Browser
    let evil: Server
    let evilUrl: string
    beforeAll(async () => {
      evil = createServer((_, response) => {
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<!doctype html><title>evil</title><body>')
      }).listen(0, '127.0.0.1')
      await once(evil, 'listening')
      evilUrl = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/`
      browser = await chromium.launch({
        executablePath: executable,
        // A name of the attacker's that resolves to this machine: DNS rebinding.
        args: ['--no-sandbox', '--host-resolver-rules=MAP rebound.example 127.0.0.1'],
      })
    })
    afterAll(async () => {
      await browser?.close()
      evil?.close()
    })

    type Reading = { readonly via: string; readonly read: string }
    /** Runs in the page: every way that a page has to send a request, and what it can read of the answers. */
    const attack = `async ({ targets, plant, authorization, key }) => {
    const readings = []
    const note = async (via, ask) => {
      try { readings.push({ via, read: await ask() }) } catch (error) { readings.push({ via, read: '' }) }
    }
    const operations = ['DynamoDB_20120810.PutItem', 'DynamoDB_20120810.Scan', 'Kinesis_20131202.ListStreams', 'AWSEvents.PutEvents']
    for (const target of targets) {
      for (const operation of operations) {
        const headers = { 'x-amz-target': operation, 'content-type': 'application/x-amz-json-1.0', authorization, 'x-amz-date': '20260101T000000Z' }
        const body = JSON.stringify(operation.endsWith('Scan') ? { TableName: plant.TableName } : plant)
        await note('fetch ' + operation, async () => (await fetch(target, { method: 'POST', headers, body })).text())
      }
      await note('fetch GET', async () => (await fetch(target)).text())
      await note('fetch with the key', async () => (await fetch(target + 'v1/devices?limit=1', { headers: { authorization: 'Bearer ' + key } })).text())
      await note('text/plain', async () => (await fetch(target, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify(plant) })).text())
      await note('no-cors', async () => (await fetch(target, { method: 'POST', mode: 'no-cors', body: JSON.stringify(plant) })).text())
      await note('XMLHttpRequest', () => new Promise((resolve, reject) => {
        const request = new XMLHttpRequest()
        request.onload = () => resolve(request.responseText)
        request.onerror = () => reject(new Error('refused'))
        request.open('POST', target)
        request.send(JSON.stringify(plant))
      }))
      await note('beacon', async () => { navigator.sendBeacon(target, JSON.stringify(plant)); return '' })
      await note('form', () => new Promise((resolve) => {
        const frame = document.createElement('iframe')
        frame.name = 'target' + Math.random()
        const form = Object.assign(document.createElement('form'), { method: 'post', action: target, target: frame.name, enctype: 'text/plain' })
        form.append(Object.assign(document.createElement('input'), { name: JSON.stringify(plant).slice(0, -1) + ',"x":"', value: '"}' }))
        let loads = 0
        frame.onload = () => { if (++loads < 2) return; try { resolve(frame.contentDocument ? frame.contentDocument.body.innerText : '') } catch { resolve('') } }
        document.body.append(frame, form)
        form.submit()
        setTimeout(() => resolve(''), 5000)
      }))
    }
    return readings
  }`
    const run = async (pageUrl: string, targets: readonly string[]): Promise<Reading[]> => {
      const page = await browser.newPage()
      // The page itself comes from the attacker, before the name is rebound.
      await page.route(pageUrl, (route) => route.fulfill({ contentType: 'text/html', body: '<body>' }), {
        times: 1,
      })
      await page.goto(pageUrl)
      const input = { targets, plant, authorization: oldAuthorization, key: TEST_ADMIN_KEY }
      const readings = await page.evaluate<Reading[]>(`(${attack})(${JSON.stringify(input)})`)
      await page.close()
      return readings
    }
    const allTargets = () => [
      ...Object.entries(embedded.env)
        .filter(([name]) => name.startsWith('AWS_ENDPOINT_URL_'))
        .map(([, endpoint]) => `${endpoint}/`),
      `${embedded.httpUrl}/`,
    ]

    it('reads and writes nothing, by fetch, no-cors, text/plain, beacon or form', async () => {
      const readings = await run(evilUrl, allTargets())
      expect(readings.filter(({ read }) => read !== '')).toEqual([])
      expect(readings.length).toBeGreaterThan(60)
      await expectNothingPlanted()
    })

    it('reads and writes nothing under a host name rebound to this machine', async () => {
      for (const target of allTargets()) {
        const rebound = target.replace('127.0.0.1', 'rebound.example')
        const readings = await run(rebound, [rebound])
        for (const { via, read } of readings) {
          expect(read, via).not.toContain(DEVICE_ID)
          expect(read, via).not.toContain(PASSWORD)
          expect(read, via).not.toContain('TableNames')
          expect(read, via).not.toContain('Items')
          expect(read, via).not.toContain('openapi')
        }
      }
      await expectNothingPlanted()
    })

    it('opens no MQTT connection, even by a signed URL; a page of the console does', async () => {
      const live = async (): Promise<string> => {
        const { status, body } = await call(embedded, `/v1/devices/${DEVICE_ID}/live`, {
          method: 'POST',
          body: {},
        })
        expect(status).toBe(201)
        return body.url
      }
      const open = async (pageUrl: string, url: string): Promise<string> => {
        const page = await browser.newPage()
        await page.goto(pageUrl)
        const outcome = await page.evaluate<string>(
          `new Promise((resolve) => {
          const socket = new WebSocket(${JSON.stringify(url)}, 'mqtt')
          socket.onopen = () => resolve('open')
          socket.onerror = () => resolve('refused')
        })`,
        )
        await page.close()
        return outcome
      }
      const { mqttEndpoint } = embedded.iot
      expect(await open(evilUrl, `${mqttEndpoint}/mqtt`)).toBe('refused')
      expect(await open(evilUrl, await live())).toBe('refused')
      expect(await open(embedded.httpUrl, `${mqttEndpoint}/mqtt`)).toBe('refused')
      expect(await open(embedded.httpUrl, await live())).toBe('open')
    })
  },
)

describe('the data folder', () => {
  /** All files in the folder that other users may read or write, with their modes. */
  const openToOthers = (path: string): string[] => {
    const entry = lstatSync(path)
    if (entry.isSymbolicLink()) return []
    const mode = entry.mode & 0o777
    const below = entry.isDirectory()
      ? readdirSync(path).flatMap((name) => openToOthers(join(path, name)))
      : []
    return [
      ...(mode === (entry.isDirectory() ? 0o700 : 0o600) ? [] : [`${path} ${mode.toString(8)}`]),
      ...below,
    ]
  }
  const loosen = (path: string): void => {
    const isFolder = lstatSync(path).isDirectory()
    chmodSync(path, isFolder ? 0o755 : 0o644)
    if (isFolder) for (const name of readdirSync(path)) loosen(join(path, name))
  }

  it('is private after a run, even if an older version left it readable', async () => {
    expect(openToOthers(dataDir)).toEqual([])
    await embedded.close()
    loosen(dataDir)
    const elsewhere = makeDataDir()
    writeFileSync(join(elsewhere, 'other'), '')
    chmodSync(join(elsewhere, 'other'), 0o644)
    symlinkSync(join(elsewhere, 'other'), join(dataDir, 'dynamo/link'))
    mkdirSync(join(dataDir, 'of-someone-else'), { mode: 0o755 })
    chmodSync(join(dataDir, 'of-someone-else'), 0o755)
    process.umask(0o022)
    embedded = await startForTest(dataDir)
    await playUntilAcked(embedded.tcpPort, FRAME.replace('120000', '120001'))
    await until(
      () => readAll(embedded, `/v1/devices/${DEVICE_ID}/frames`),
      (rows) => rows.filter(({ direction }) => direction === 'up').length === 2,
    )
    expect(openToOthers(dataDir)).toEqual([`${join(dataDir, 'of-someone-else')} 755`])
    expect(lstatSync(join(elsewhere, 'other')).mode & 0o777).toBe(0o644)
    rmSync(elsewhere, { recursive: true })
    await embedded.close()
    expect(process.umask()).toBe(0o022)
    expect(openToOthers(dataDir)).toEqual([`${join(dataDir, 'of-someone-else')} 755`])
  })
})
