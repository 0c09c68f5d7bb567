import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { embeddedEntry } from '../../cdk/build/entries.ts'
import { startHttpListeners, type HttpOptions } from '../../cdk/local/http-listeners.ts'
import { readOptions, type LocalOptions } from '../../cdk/local/options.ts'
import { refuseOtherServer } from '../../cdk/local/stand-ins/server-names.ts'
import { freePort } from '../free-port.ts'
import { readYaml } from '../yaml.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const pem = (file: string): string => join(import.meta.dirname, 'data/tls', file)
const home = read('cdk/local/HOME.md')
const bundle = `.build/${embeddedEntry.name}/index.mjs`

const optionsOf = (args: readonly string[], env = {}): LocalOptions => {
  const options = readOptions(args, env)
  if (options === 'help' || 'problem' in options) throw new Error(JSON.stringify(options))
  return options
}

describe('compose.yaml', () => {
  type Env = Readonly<Record<string, string>>
  /** Replaces variables as Docker Compose does; throws where one is required. */
  const fill = (text: string, env: Env): string =>
    text.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, kind: string, other: string) => {
      if (kind === '?' && !env[name]) throw new Error(`${name}: ${other}`)
      return env[name] || other
    })
  type Compose = {
    services: {
      h02: {
        build: { context: string; dockerfile: string }
        hostname: string
        command: string[]
        environment: Env
        ports: string[]
        volumes: string[]
        healthcheck: { test: string[] }
      }
    }
    volumes: Record<string, null>
  }
  const file = 'container/home/compose.yaml'
  const dockerfile = read('container/home/Dockerfile')
  const env: Env = { H02_PUBLIC_ADDRESS: '203.0.113.9:5023', H02_HOSTNAME: 'pi.fritz.box' }
  let service: Compose['services']['h02']
  let volumes: Compose['volumes']
  beforeEach(async () => {
    const compose = (await readYaml(read(file))) as unknown as Compose
    service = compose.services.h02
    volumes = compose.volumes
  })
  const startWith = (given: Env): LocalOptions => {
    const [, , ...entry] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)![1]!) as string[]
    const command = service.command.map((word) => fill(word, given))
    const variables = Object.entries(service.environment).map(([name, text]) => [name, fill(text, given)])
    return optionsOf([...entry, ...command], Object.fromEntries(variables))
  }

  it('starts with valid options, and the address for trackers that the owner set', () => {
    const mqtt = { MQTT_URL: 'mqtt://user:password@192.168.1.2' }
    expect(startWith(env)).toMatchObject({
      host: '0.0.0.0',
      httpHost: '0.0.0.0',
      publicAddress: '203.0.113.9:5023',
    })
    expect(startWith(env)).not.toHaveProperty('mqtt')
    expect(startWith({ ...env, ...mqtt })).toHaveProperty('mqtt')
  })

  it('does not start without that address, and says where to set it', () => {
    expect(() => startWith({})).toThrow(/^H02_PUBLIC_ADDRESS: .*container\/home\/\.env.*such as/)
    expect(() => startWith({ H02_PUBLIC_ADDRESS: '' })).toThrow('H02_PUBLIC_ADDRESS')
  })

  it('publishes the ports that the options have, and keeps the data in its volume', () => {
    const { tcpPort, httpPort, dataDir } = startWith(env)
    expect(service.ports).toEqual([tcpPort, httpPort].map((port) => `${port}:${port}`))
    expect(dockerfile).toContain(`\nEXPOSE ${tcpPort} ${httpPort}\n`)
    const [volume, folder] = service.volumes[0]!.split(':')
    expect(Object.keys(volumes)).toEqual([volume])
    expect(dockerfile).toContain(`\nVOLUME ${folder}\n`)
    expect(dataDir.startsWith(`${folder}/`)).toBe(true)
    expect(existsSync(join(root, 'container/home', service.build.context, service.build.dockerfile))).toBe(
      true,
    )
  })

  it('is documented: its variables, its ports and the name of its volume', () => {
    const variables = [...new Set([...read(file).matchAll(/\$\{(\w+)/g)].map(([, name]) => name!))]
    expect(variables.toSorted()).toEqual(['H02_HOSTNAME', 'H02_PUBLIC_ADDRESS', 'MQTT_URL'])
    const [, docker] = /\*\*Docker\*\*([^]*?)\*\*systemd\*\*/.exec(home)!
    for (const name of variables) expect([name, docker!.includes(name)]).toEqual([name, true])
    // Docker Compose puts the name of the folder before it.
    expect(docker).toContain(`home_${Object.keys(volumes)[0]}`)
    for (const port of service.ports) expect(home).toContain(port.split(':')[0])
    expect(docker).toContain(`docker compose -f ${file} up`)
    expect(read('.gitignore')).toMatch(/^\.env$/m)
  })

  it.each([
    ['pi.fritz.box', ['pi', 'pi.local', 'pi.fritz.box', '192.168.1.5']],
    ['raspberrypi', ['raspberrypi', 'raspberrypi.local']],
    [undefined, ['h02', 'h02.local']],
  ])('with H02_HOSTNAME %s, the console opens at %j', (hostname, names) => {
    const machine = fill(service.hostname, hostname === undefined ? {} : { H02_HOSTNAME: hostname })
    const server = {
      port: 8080,
      address: '172.18.0.2',
      scheme: 'http',
      alsoOrigins: [],
      isOpen: true,
      machine,
      ownName: null,
      cert: null,
    } as const
    for (const name of names)
      for (const host of [name, `${name}:8080`])
        expect([host, refuseOtherServer({ host, origin: `http://${host}` }, server)]).toEqual([host, null])
    for (const name of ['evil.example', 'pi.evil.example', 'pi.local.evil.example', 'evil.fritz.box'])
      expect(refuseOtherServer({ host: `${name}:8080` }, server)?.status).toBe(421)
  })

  describe('its health check', () => {
    let closing: (() => Promise<unknown>)[] = []
    afterEach(async () => {
      for (const close of closing) await close()
      closing = []
    })
    const serve = async (options: Partial<HttpOptions>): Promise<number> => {
      const { consoleUrl, close } = await startHttpListeners(
        { httpHost: '0.0.0.0', httpPort: 0, plainHttp: true, ...options },
        { invoke: async () => ({ statusCode: 200, body: '' }), upgrades: {}, onError: () => {} },
      )
      closing.push(close)
      return Number(new URL(consoleUrl).port)
    }
    const codeAt = async (port: number): Promise<unknown> => {
      const [cmd, node, option, script] = service.healthcheck.test
      expect([cmd, node, option]).toEqual(['CMD', 'node', '-e'])
      // Docker Compose would replace variables in it.
      expect(script).not.toContain('$')
      const { httpPort } = startWith(env)
      const child = spawn(process.execPath, ['-e', script!.replace(`:${httpPort}/`, `:${port}/`)], {
        stdio: 'ignore',
      })
      return (await once(child, 'exit'))[0]
    }

    it('passes by http and by https', async () => {
      expect(await codeAt(await serve({}))).toBe(0)
      const tls = { certFile: pem('one.crt'), keyFile: pem('one.key') }
      expect(await codeAt(await serve({ tls }))).toBe(0)
      expect(await codeAt(await serve({ tls, plainHttp: false }))).toBe(0)
    })

    it('fails when nothing listens, and when the server is not well', async () => {
      expect(await codeAt(await freePort())).toBe(1)
      const unwell = createServer((_, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
      await once(unwell, 'listening')
      closing.push(async () => unwell.close())
      expect(await codeAt((unwell.address() as AddressInfo).port)).toBe(1)
    })
  })
})

describe('h02.service', () => {
  const text = read('container/home/h02.service')
  /** The last value of a setting; systemd ignores lines that begin with #. */
  const settings = new Map(
    text
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .flatMap((line) => {
        const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? []
        return name === undefined ? [] : [[name, value!] as const]
      }),
  )
  const stateFolder = `/var/lib/${settings.get('StateDirectory')}`
  const startWith = (own: string): LocalOptions => {
    // systemd splits a variable that is a word of its own.
    const words = settings.get('ExecStart')!.replace('$H02_OPTIONS', own).split(/\s+/).filter(Boolean)
    const [program, file, ...args] = words
    const folder = settings.get('WorkingDirectory')!
    expect(existsSync(join(root, program!.replace(`${folder}/`, '')))).toBe(true)
    expect(file).toBe(bundle)
    return optionsOf(args)
  }

  it('starts with valid options, with the example of its comment and without', () => {
    const [, example] = /H02_OPTIONS=(.*)$/m.exec(text)!
    const options = { host: '0.0.0.0', dataDir: stateFolder, registration: 'registered' }
    expect(startWith('')).toMatchObject({ ...options, httpHost: '127.0.0.1' })
    expect(startWith(example!)).toMatchObject({
      ...options,
      publicAddress: 'gps.example.com:5013',
      publicUrl: 'https://gps.example.com',
    })
  })

  it('writes only to its own folder', () => {
    expect(settings.get('ProtectSystem')).toBe('strict')
    expect(settings.get('Environment')!.split('=')[1]!.startsWith(`${stateFolder}/`)).toBe(true)
    expect(settings.get('StateDirectoryMode')).toBe('0700')
  })

  it('is documented: where the options and the admin key are, and how to install it', () => {
    const [, systemd] = /\*\*systemd\*\*([^]*?)\n## /.exec(home)!
    expect(systemd).toContain(`\`${settings.get('EnvironmentFile')!.replace(/^-/, '')}\``)
    expect(systemd).toContain(`\`${stateFolder}/admin-key\``)
    expect(text).toContain(`useradd --system --home-dir ${stateFolder} ${settings.get('User')}\n`)
    const [, copied] = /^# +cp (\S+) /m.exec(text)!
    expect(existsSync(join(root, copied!.replace(`${settings.get('WorkingDirectory')}/`, '')))).toBe(true)
  })
})
