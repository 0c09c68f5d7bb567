import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGatewayProcess, type GatewayProcess } from '../../cdk/local/gateway-process.ts'
import { freePort } from '../free-port.ts'
import { runFolder } from '../run-folder.ts'
import { eventually } from './eventually.ts'

/** Says its process, listens a moment later, and ends on SIGTERM, as the gateway does. */
const bundle = join(mkdtempSync(join(runFolder(), 'gateway-')), 'gateway.mjs')
writeFileSync(
  bundle,
  `import { createServer } from 'node:net'
const server = createServer((socket) => socket.end(String(process.pid)))
server.on('error', (error) => { console.error(error.message); process.exit(1) })
console.log('process ' + process.pid)
setTimeout(() => server.listen(Number(process.env.TCP_PORT), process.env.TCP_HOST, () =>
  console.log(JSON.stringify({ msg: "listening", tcpPort: server.address().port }))), 100)
process.on('SIGTERM', () => process.exit(0))
`,
)

let errors: string[]
/** All that were started. */
let pids: number[]
let gateway: GatewayProcess
const start = async (host = '127.0.0.1'): Promise<GatewayProcess> =>
  startGatewayProcess({
    bundle,
    host,
    tcpPort: await freePort(),
    env: {},
    log: { info: () => {}, warn: () => {}, error: (message) => void errors.push(message) },
    onLine: (line) => {
      const [, pid] = /^process (\d+)$/.exec(line) ?? []
      if (pid !== undefined) pids.push(Number(pid))
    },
  })

beforeEach(async () => {
  errors = []
  pids = []
  gateway = await start()
})
afterEach(() => gateway.close())

/** The process that listens on the port; null if there is none. */
const whoListens = async (): Promise<number | null> => {
  const socket = connect(gateway.tcpPort, '127.0.0.1').on('error', () => {})
  let said = ''
  socket.on('data', (chunk) => (said += String(chunk)))
  await new Promise((resolve) => socket.once('close', resolve))
  return said === '' ? null : Number(said)
}
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a gateway process that ended', () => {
  it('is started again on its port', async () => {
    const first = gateway.pid()!
    expect(await whoListens()).toBe(first)
    await gateway.kill()
    await eventually(whoListens).toBeGreaterThan(0)
    expect(await whoListens()).toBe(gateway.pid())
    expect(gateway.pid()).not.toBe(first)
  })

  it('explains that it cannot have an address of another machine', () =>
    expect(start('192.0.2.1')).rejects.toThrow(
      '192.0.2.1 is not an address of this machine; choose another with --host, such as 0.0.0.0',
    ))

  it('is started again and again while another process has its port', async () => {
    await gateway.kill()
    const other = createServer((socket) => socket.end()).listen(gateway.tcpPort, '127.0.0.1')
    await once(other, 'listening')
    await eventually(() => errors.length).toBeGreaterThan(1)
    expect(new Set(errors)).toEqual(new Set(['gateway could not be started again']))
    other.close()
    await eventually(whoListens).toBeGreaterThan(0)
    expect(await whoListens()).toBe(gateway.pid())
  })

  it('leaves no process behind when it is stopped while it starts', async () => {
    await gateway.kill()
    await eventually(() => pids.length).toBe(2)
    await gateway.close()
    expect(pids.filter(isAlive)).toEqual([])
  })
})
