import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { decodeLogRecord } from '#shared/domain/log-record.ts'
import { buildOnce } from '../bundles.ts'
import { startServices, STREAM, type Services } from '../../cdk/local/services.ts'
import { toEnv } from '../../cdk/local/stand-ins/identities.ts'
import { kinesisConfig } from '../../cdk/local/stand-ins/kinesis-config.ts'
import { isSkipped } from '../skip.ts'
import { createBuildah, findBelow, missingBuildah } from './buildah.ts'

const root = join(import.meta.dirname, '../..')
const IMAGE = 'h02-gateway'

describe.skipIf(isSkipped('the image', missingBuildah()))('the image of the gateway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'h02-built-'))
  const buildah = createBuildah(join(folder, 'store'))
  let services: Services
  beforeAll(async () => {
    await buildOnce()
    // A base made here cannot have the digest of the real one.
    const base = 'localhost/node:24-bookworm-slim'
    const dockerfile = readFileSync(join(root, 'container/Dockerfile'), 'utf8')
    const onBase = join(folder, 'Dockerfile')
    writeFileSync(onBase, dockerfile.replace(/^FROM .*$/m, `FROM ${base}`))
    buildah.makeBase(base, process.execPath)
    buildah.build(onBase, root, IMAGE)
    services = await startServices({
      dataDir: join(folder, 'data'),
      onEvent: () => {},
      onError: (message, cause) => console.error(message, cause),
    })
  })
  afterAll(async () => {
    await services?.close()
    buildah.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  it('contains the bundle and its source map, and nothing else of this project', () => {
    expect(buildah.filesOf(IMAGE, 'app').toSorted()).toEqual(['index.mjs', 'index.mjs.map'])
    expect(Object.keys(buildah.configOf(IMAGE).ExposedPorts)).toEqual(['5013/tcp', '8080/tcp'])
  })

  it('does not run as root, accepts a tracker, answers health checks, and drains on its signal', async () => {
    const { Entrypoint, StopSignal, User } = buildah.configOf(IMAGE)
    const child = buildah.start(
      IMAGE,
      {
        ...services.env,
        ...toEnv(services.credentialsOf('gateway')),
        LOG_STREAM: STREAM,
        REGISTRATION: 'open',
        BATCH_WINDOW_SECONDS: '1',
        TCP_HOST: '127.0.0.1',
        TCP_PORT: '0',
        HEALTH_HOST: '127.0.0.1',
        HEALTH_PORT: '0',
        DRAIN_ACCEPT_SECONDS: '0',
        DRAIN_CLOSED_BY_SECONDS: '1',
        DRAIN_GONE_BY_SECONDS: '20',
      },
      Entrypoint,
    )
    const lines = createInterface({ input: child.stdout! })
    const said: string[] = []
    const ports = await new Promise<{ tcpPort: number; healthPort: number }>((resolve, reject) => {
      child.stderr!.on('data', (data) => said.push(String(data)))
      child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said.join('')}`)))
      lines.on('line', (line) => {
        said.push(line)
        if (line.includes('"listening"')) resolve(JSON.parse(line))
      })
    })
    const gateway = findBelow(child.pid!, Entrypoint)
    if (gateway === null) throw new Error('the gateway listens, and is no process below its builder')
    onTestFailed(() => void process.kill(gateway.pid, 'SIGKILL'))
    expect(`${gateway.uid}`).toBe(User.split(':')[0])
    expect(gateway.uid).not.toBe(0)
    expect((await fetch(`http://127.0.0.1:${ports.healthPort}/healthz`)).status).toBe(200)

    const frame = '*HQ,9170000601,V1,120000,A,4221.2102,N,00752.5961,W,024.05,133,250523,FFFFFBFF#'
    const socket = createConnection(ports.tcpPort, '127.0.0.1')
    socket.write(frame)
    const [ack] = (await once(socket, 'data')) as [Buffer]
    expect(ack.toString()).toMatch(/^\*HQ,9170000601,R12,\d{6}#$/)

    const closed = once(socket, 'close')
    const ended = once(child, 'exit')
    process.kill(gateway.pid, StopSignal)
    await closed
    expect(await ended).toEqual([0, null])
    expect(said.join('\n')).toMatch(/"message":"drained".*"left":0/)
    expect(await readLog()).toContain(frame)
  })

  /** Everything in the log, as text. */
  async function readLog(): Promise<string> {
    const client = new KinesisClient(
      kinesisConfig(services.kinesis.endpoint, services.credentialsOf('admin')),
    )
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: STREAM }))
    const texts: string[] = []
    for (const { ShardId } of Shards) {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamName: STREAM, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
      )
      const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }))
      for (const { Data } of Records) {
        for (const { raw } of decodeLogRecord(Data!)) texts.push(Buffer.from(raw).toString('latin1'))
      }
    }
    client.destroy()
    return texts.join('\n')
  }
})
