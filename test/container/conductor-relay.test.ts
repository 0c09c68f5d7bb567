import { describe, expect, it } from 'vitest'
import { dueAt, isIdle } from '../../container/commands/conductor/conduct.ts'
import { DEVICE_ID, Scene } from './scene.ts'

function session(): Scene {
  const scene = new Scene()
  scene.open()
  return scene
}

/** The other server's bytes were written. */
const relay = (scene: Scene, text: string): void =>
  void scene.happen({ kind: 'relayed', at: scene.at, bytes: Buffer.from(text, 'latin1') })

describe('after a command of the relay server', () => {
  it.each([
    ['an unknown text', 'hello', 'interval-on', { params: { seconds: 20 } }, 'SET OK'],
    ['a setting', '8050000 20', 'interval-off', { params: { seconds: 60 } }, 'SET OK'],
    ['the same question', 'CXZT', 'read-status', {}, 'ST906 GPS:A-12-20;GSM:26;BAT:100'],
  ])('%s: a text answers no command of ours, and the next one does', (_, theirs, intent, options, reply) => {
    const scene = session()
    relay(scene, theirs)
    scene.pass(1_000)
    scene.order(intent, { dialect: 'text', ...options })
    scene.say(reply)
    expect(scene.facts().reply).toBeNull()
    expect(scene.find('c1').timeline.at(-1)?.text).toContain('other server')
    scene.pass(5_000)
    scene.say(reply)
    expect(scene.facts().reply).toMatchObject({ ambiguous: false, late: false })
  })

  it('further parts of the same answer are not ours either', () => {
    const scene = session()
    relay(scene, 'hello')
    scene.order('read-config', { dialect: 'text' })
    scene.say('ok, one')
    scene.pass(1_000)
    scene.say('and two')
    expect(scene.facts().reply).toBeNull()
  })

  it('an answer that fits only our command is ours', () => {
    const scene = session()
    relay(scene, 'hello')
    scene.order('read-status', { dialect: 'text' })
    scene.say('UT:20,300,300,GSM:26,GPS:A-12-20,BAT:100')
    expect(scene.facts().reply).not.toBeNull()
  })

  it('a late answer is not assigned to our command any more', () => {
    const scene = session()
    scene.order('interval-on', { dialect: 'text', params: { seconds: 20 } })
    scene.pass(40_000)
    expect(scene.find('c1').claimUntil).not.toBeNull()
    relay(scene, '8090000 60')
    expect(scene.find('c1').claimUntil).toBeNull()
    scene.say('SET OK')
    expect(scene.facts().reply).toBeNull()
  })

  it('an effect on the same status is no longer ours', () => {
    const scene = session()
    scene.order('interval-on', { dialect: 'text', params: { seconds: 20 } })
    scene.say('SET OK')
    relay(scene, '8050000 60')
    expect(scene.facts().watchEnded).toBe('superseded')
  })

  it('an *HQ time that it used is not used for our command', () => {
    const scene = session()
    relay(scene, `*HQ,${DEVICE_ID},S14,120000#`)
    scene.order('read-speed-limits', { dialect: 'h02' })
    const [written] = scene.written
    expect(written).toContain(',S14,120001')
  })

  it('it is remembered as long as a late answer may come', () => {
    const scene = session()
    relay(scene, 'hello')
    expect(isIdle(scene.state)).toBe(false)
    expect(dueAt(scene.config, scene.state)).toBe(scene.at + 330_000)
    scene.pass(330_000)
    expect(isIdle(scene.state)).toBe(true)
    scene.order('interval-on', { dialect: 'text', params: { seconds: 20 } })
    scene.say('SET OK')
    expect(scene.find('c1').timeline.some(({ text }) => text.includes('other server'))).toBe(false)
  })
})
