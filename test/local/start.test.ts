import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, statSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, parse } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readOptions } from '../../cdk/local/options.ts'
import { isReachable } from '../../cdk/local/outside-address.ts'
import { silenceEnv, trackersEnv } from '../../cdk/local/part-env.ts'
import { welcomeText } from '../../cdk/local/welcome.ts'
import { makePrivate, toFolderError } from '../../cdk/local/private-files.ts'
import { prepareFolder } from '../../cdk/local/try-folder.ts'
import { settings } from '../../cdk/config/settings.ts'
import { readConsoleConfig } from '../../lambdas/api/site/config.ts'
import { freePort } from '../free-port.ts'
import { eventually } from './eventually.ts'

vi.setConfig({ testTimeout: 120_000 })

const main = join(import.meta.dirname, '../../cdk/local/main.ts')
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('npm start', () => {
  it('prints where everything is, and ends on SIGTERM', async () => {
    const host = '0.0.0.0'
    const ports = ['--tcp-port', '0', '--http-port', '0', '--data', folder]
    const child = spawn(process.execPath, [main, '--host', host, ...ports], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ADMIN_KEY: 'an-admin-key-of-this-test' },
    })
    let said = ''
    child.stdout.on('data', (text) => (said += text))
    child.stderr.on('data', (text) => (said += text))
    const ended = once(child, 'exit')
    await Promise.race([vi.waitFor(() => expect(said).toContain('curl'), { timeout: 100_000 }), ended])
    expect(said).toContain(`trackers   ${host}:`)
    expect(said).toContain('8040000')
    expect(said).toContain('Fleet, Unknown')
    const [, consoleUrl] = /console +(http\S+)/.exec(said) ?? []
    const page = await fetch(consoleUrl!)
    expect(page.headers.get('content-type')).toContain('text/html')
    const [, curl] = /curl -H "(.+)" \S+$/m.exec(said) ?? []
    const [url] = /\S+\/v1\/positions/.exec(said) ?? []
    const answer = await fetch(url!, { headers: { Authorization: curl!.split(': ')[1]! } })
    expect(await answer.json()).toMatchObject({ items: [] })
    const second = spawn(process.execPath, [main, ...ports], { stdio: ['ignore', 'ignore', 'pipe'] })
    let secondSaid = ''
    second.stderr.on('data', (text) => (secondSaid += text))
    expect(await once(second, 'close')).toEqual([1, null])
    expect(secondSaid).toContain(`Already running at ${consoleUrl}`)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(said).toContain('Stopping')
  })

  it('runs on when the program that reads its output ends', async () => {
    const port = await freePort()
    const ports = ['--tcp-port', '0', '--http-port', String(port), '--data', folder]
    const child = spawn(process.execPath, [main, ...ports], { stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = once(child, 'exit')
    // Before the text of several lines about the addresses.
    child.stdout.once('data', () => child.stdout.destroy())
    const health = () =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        ({ status }) => status,
        () => null,
      )
    await eventually(health).toBe(200)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  it('explains what to type when npm has taken the options', async () => {
    const child = spawn('npm', ['start', '--demo'], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (text) => (said += text))
    expect(await once(child, 'close')).toEqual([2, null])
    expect(said).toContain('npm start -- --demo')
  })

  it('explains what is wrong with an option, and how to write it', async () => {
    const child = spawn(process.execPath, [main, '--tcp-port', 'many'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (text) => (said += text))
    expect(await once(child, 'close')).toEqual([2, null])
    expect(said).toMatch(/^--tcp-port must be a port, not "many"[^]+--http-port 8080/)
  })
})

describe('options without a value, as of an unset variable', () => {
  it.each(['--host', '--http-host', '--data', '--tcp-port', '--batch-window'])('%s is refused', (name) =>
    expect(readOptions([`${name}=`, '--plain-http'])).toEqual({
      problem: expect.stringMatching(new RegExp(`^${name} must be .*, not ""$`)),
    }),
  )
})

describe('a data folder that cannot be made', () => {
  // Linux only: not even root can write there.
  it.runIf(existsSync('/proc/self'))('ends the start at once: a new folder in /proc', async () => {
    const child = spawn(process.execPath, [main, '--data', '/proc/x'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (text) => (said += text))
    child.stderr.on('data', (text) => (said += text))
    expect(await once(child, 'close')).toEqual([2, null])
    expect(said).toBe(
      '/proc/x cannot be the folder of the data: no folder can be created there. Choose another with --data\n',
    )
  })

  it.runIf(existsSync('/proc/self'))('keeps its mode: /proc', () => {
    const { mode } = statSync('/proc')
    expect(() => prepareFolder('/proc')).toThrow(/has files of other programs/)
    expect(statSync('/proc').mode).toBe(mode)
  })

  it('is explained: the root of the file system', () =>
    expect(() => prepareFolder(parse(folder).root)).toThrow(/is shared by all users/))

  it.each([
    ['a name too long for the file system', 'n'.repeat(300), 'its name is too long'],
    ['a path too long for a database', `${'n'.repeat(100)}/`.repeat(6), 'its path is longer than 480'],
  ])('is explained: %s', (_, name, reason) => expect(() => prepareFolder(join(folder, name))).toThrow(reason))

  it.each([
    ['EROFS', 'its file system is read-only'],
    ['ENOSPC', 'there is no space left'],
    ['EDQUOT', 'there is no space left'],
    ['EACCES', 'this user has no right to write there'],
    ['EOTHER', 'a message of the system'],
  ])('is explained: %s', (code, reason) => {
    const cause = Object.assign(new Error('a message of the system'), { code })
    expect(toFolderError('data', cause).message).toBe(
      `data cannot be the folder of the data: ${reason}. Choose another with --data`,
    )
  })

  it.each([
    ['an empty one', []],
    ['one of an older version, in which someone put a file', ['dynamo', 'notes.txt']],
    ['a volume', ['lost+found']],
    ['one with a map', ['region.pmtiles']],
  ])('becomes private: %s', async (_, names) => {
    for (const name of names) await writeFile(join(folder, name), '')
    chmodSync(folder, 0o755)
    prepareFolder(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('is refused and keeps its mode if others may need it', async () => {
    await writeFile(join(folder, 'dpkg'), '')
    chmodSync(folder, 0o755)
    expect(() => prepareFolder(folder)).toThrow(
      `${folder} has files of other programs: choose a new or empty folder with --data`,
    )
    expect(statSync(folder).mode & 0o777).toBe(0o755)
    expect(await readdir(folder)).toEqual(['dpkg'])
    chmodSync(folder, 0o700)
    prepareFolder(folder)
  })

  it('leaves no file of the trial, and folders are created on the way', async () => {
    const dataDir = join(folder, 'a/b')
    prepareFolder(dataDir)
    expect(await readdir(dataDir)).toEqual([])
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  })

  it.each(['', 'folder'])('is explained: a file is in the way of %j', async (below) => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const dataDir = join(file, below)
    expect(() => makePrivate(dataDir)).toThrow(
      `${dataDir} cannot be the folder of the data: there is a file in its way. Choose another with --data`,
    )
  })
})

describe('the option for registration', () => {
  const registrationOf = (...args: string[]) => readOptions(args)
  it.each([
    [[], 'open'],
    [['--host', 'localhost'], 'open'],
    [['--host', '127.0.0.2'], 'open'],
    [['--host', '::1'], 'open'],
    [['--host', '0.0.0.0'], 'registered'],
    [['--host', '::'], 'registered'],
    [['--host', '192.168.1.20'], 'registered'],
    [['--host', '0.0.0.0', '--registration', 'open'], 'open'],
    [['--registration', 'registered'], 'registered'],
  ])('with %j means %s', (args, registration) =>
    expect(registrationOf(...args)).toMatchObject({ registration }),
  )

  it('accepts no other mode', () =>
    expect(registrationOf('--registration', 'closed')).toEqual({
      problem: '--registration must be open or registered, not "closed"',
    }))
})

describe('the option for silence', () => {
  const { byDefault, read } = settings.silentHours
  it.each([undefined, '0', '1', '6', '720', '721', '1.5', '-1', 'a day', ''])(
    'accepts what the setting on AWS accepts: %s',
    (text) => {
      const options = readOptions(text === undefined ? [] : [`--silent-hours=${text}`])
      const hours = text === undefined ? byDefault : read(text)
      if (hours === undefined)
        return expect(options).toEqual({ problem: expect.stringMatching(/^--silent-hours must be 1 to 720/) })
      expect(options).toMatchObject({ silentHours: hours })
      expect(readConsoleConfig('test', silenceEnv({ silentHours: hours })).silentHours).toBe(hours)
    },
  )
  it('is a day by default, in the sweep and in the console', () => {
    expect(silenceEnv({})).toEqual({ SILENT_HOURS: String(byDefault) })
    expect(readConsoleConfig('test', {}).silentHours).toBe(byDefault)
  })
})

describe('the welcome text', () => {
  const running = {
    tcpPort: 5013,
    httpUrl: 'http://127.0.0.1:8080',
    consoleUrl: 'http://127.0.0.1:8080',
    adminKey: 'key',
  }
  it('shows the SMS that points a tracker here only where trackers can connect', () => {
    const closed = welcomeText({ host: '127.0.0.1', dataDir: '.data', demo: false }, running, 'log')
    expect(closed).not.toContain('8040000')
    const open = welcomeText(
      { host: '0.0.0.0', dataDir: '.data', demo: false, registration: 'open' },
      running,
      'log',
    )
    expect(open).not.toContain('Adopt it there')
    const registered = { host: '0.0.0.0', dataDir: '.data', demo: false, registration: 'registered' } as const
    expect(welcomeText(registered, running, 'log')).toContain('Adopt it there')
    expect(open).toMatch(/8040000 (\d+(\.\d+){3}|<your public address>) 5013/)
  })
  it('shows the console under an address that others can type', () => {
    const shown = (consoleUrl: string): string =>
      welcomeText({ host: '127.0.0.1', dataDir: '.data', demo: false }, { ...running, consoleUrl }, 'log')
    expect(shown('https://gps.example.com')).toContain('console    https://gps.example.com ')
    expect(shown('https://0.0.0.0:8080')).toMatch(/console {4}https:\/\/(?!0\.0)[\d.]+:8080|localhost:8080/)
  })
  it.each(['192.168.1.20', '10.0.0.3', '172.20.1.1', '100.64.0.9', '169.254.1.1'])(
    'shows no SMS with an address that means nothing outside (%s)',
    (address) => expect(isReachable(address)).toBe(false),
  )
  it.each(['203.0.113.7', '172.32.0.1'])('shows the SMS with the public address %s', (address) =>
    expect(isReachable(address)).toBe(true),
  )
})

describe('the address for trackers in the console', () => {
  it.each([
    [{ host: '0.0.0.0', publicAddress: 'gps.example.com:5023' }, 'gps.example.com', '5023', 'off'],
    [{ host: '127.0.0.1', publicAddress: '203.0.113.9:5013' }, '203.0.113.9', '5013', 'on'],
  ])('is %j', (options, hosts, port, local) => {
    expect(trackersEnv(options, 41_000)).toEqual({
      TRACKER_HOSTS: hosts,
      TRACKER_PORT: port,
      TRACKERS_LOCAL: local,
    })
  })
  it('without a public address is the port that the gateway listens on', () => {
    expect(trackersEnv({ host: '0.0.0.0' }, 41_000)).toMatchObject({ TRACKER_PORT: '41000' })
  })
})
