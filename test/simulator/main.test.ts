import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { startDemo } from '../../cdk/local/demo.ts'
import { readOptions } from './options.ts'
import { profiles } from './profiles/index.ts'
import { startSink } from './sink.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

/** Runs until it ends, or until `enough` of its output is seen. */
const run = async (args: string[], enough: RegExp = /(?!)/): Promise<string> => {
  const child = spawn(process.execPath, [main, ...args])
  let output = ''
  const read = (chunk: Buffer): void => {
    output += chunk.toString()
    if (enough.test(output)) child.kill()
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  await once(child, 'close')
  return output
}

describe('npm run tracker', () => {
  it('lists every profile', async () => {
    const output = await run(['--list'])
    for (const { name } of profiles) expect(output).toContain(name)
  })

  it('prints what it sends and receives, and ends after --count', async () => {
    const sink = await startSink()
    const output = await run([`127.0.0.1:${sink.port}`, '--count', '2', '--interval', '0.05'])
    expect(output.match(/→ \*HQ,9170000000,V1,/g)).toHaveLength(2)
    expect(output.match(/← \*HQ,9170000000,R12,/g)).toHaveLength(2)
    await sink.close()
  })

  it('reports in a sentence that no server is listening', async () => {
    const sink = await startSink()
    await sink.close()
    const output = await run([`127.0.0.1:${sink.port}`], /npm start/)
    expect(output).toContain(`nothing listens on 127.0.0.1:${sink.port}; start the gateway with npm start`)
    expect(output).not.toContain('    at ')
  })

  it('prints a summary of a load', async () => {
    const sink = await startSink()
    const output = await run([`127.0.0.1:${sink.port}`, '--devices', '10', '--rate', '200', '--count', '3'])
    expect(output).toContain('sent 30, acknowledged 30, errors 0; devices with open frames: 0')
    await sink.close()
  })
})

describe('options of npm run tracker', () => {
  it.each([
    ['nowhere'],
    ['--profile', 'x'],
    ['--interval', '0'],
    ['--count', '1.5'],
    ['--start', '91,200'],
    ['--x'],
  ])('explain what is wrong with %s %s', (...args) => {
    expect(readOptions(args)).toHaveProperty('problem')
  })

  it('accept a port alone, and host:port', () => {
    expect(readOptions(['5014'])).toMatchObject({ host: '127.0.0.1', port: 5014 })
    expect(readOptions(['example.com:5014'])).toMatchObject({ host: 'example.com', port: 5014 })
    expect(readOptions(['[::1]:5014'])).toMatchObject({ host: '::1', port: 5014 })
  })
})

describe('the demo', () => {
  it('lets three trackers drive until it is stopped', async () => {
    const sink = await startSink()
    const demo = startDemo(sink.port)
    await sink.until(() => new Set(sink.messages().map(({ id }) => id)).size === 3)
    await demo.stop()
    expect(new Set(sink.messages().map(({ type }) => type))).toContain('$')
    await sink.close()
  })
})
