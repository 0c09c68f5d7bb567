import { beforeEach, describe, expect, it } from 'vitest'
import { alarmsOf, readsOf } from '../../cdk/mqtt/entities.ts'
import { toDiscovery } from '../../cdk/mqtt/discovery.ts'
import { brokerOf, readMqttOptions, type MqttOptions } from '../../cdk/mqtt/options.ts'
import { createPublisher, type Publisher } from '../../cdk/mqtt/publisher.ts'
import { toOwnTracks, toState } from '../../cdk/mqtt/states.ts'
import { createTopics } from '../../cdk/mqtt/topics.ts'
import { deviceOf } from './device.ts'
import { faultsOf } from './home-assistant-fields.ts'

const options = readMqttOptions({ mqtt: 'mqtt://localhost' }, {}) as MqttOptions
const topics = createTopics(options)
const discovery = { topics, version: '1.0.0', withCommands: true }

describe('discovery documents', () => {
  it.each([
    ['of a known model', deviceOf()],
    ['of a model that reported itself', deviceOf({ model: null, seenModel: 'LK109' })],
    ['of nothing but an id', deviceOf({ name: null, model: null, firmware: null, lastPosition: null })],
  ])('have the fields that Home Assistant publishes: %s', (_, device) => {
    const document = toDiscovery(device, discovery)
    expect(faultsOf(document)).toEqual([])
    expect(Object.keys(document.components).length).toBeGreaterThan(15)
  })

  it('with faults would be detected by this test', () => {
    const { components, ...rest } = toDiscovery(deviceOf(), discovery)
    const { speed, ...others } = components as Record<string, any>
    expect(
      faultsOf({ ...rest, components: { ...others, speed: { ...speed, state_topik: 'x' } } }),
    ).toHaveLength(1)
    expect(
      faultsOf({ ...rest, components: { ...others, speed: { ...speed, unit_of_measurement: 'V' } } }),
    ).toHaveLength(1)
  })

  it('name the model and firmware, and fall back to the id', () => {
    expect(toDiscovery(deviceOf(), discovery).device).toEqual({
      identifiers: ['h02_h02_9170000000'],
      name: 'Van 3',
      model: 'ST-906L',
      sw_version: 'ST906LV1.0',
      serial_number: '9170000000',
    })
    expect(toDiscovery(deviceOf({ name: null }), discovery).device.name).toBe('Tracker 9170000000')
  })

  it('have a binary sensor for each alarm of the model, and a button for each harmless read', () => {
    const { components } = toDiscovery(deviceOf(), discovery)
    expect(alarmsOf('ST-906L')).toContain('low-battery')
    expect(alarmsOf(null)).not.toContain('low-battery')
    expect(alarmsOf(null)).toEqual(expect.arrayContaining(['sos', 'power-cut', 'vibration']))
    for (const alarm of alarmsOf('ST-906L'))
      expect(components[`alarm_${alarm.replaceAll('-', '_')}`]).toMatchObject({
        value_template: `{{ '${alarm}' in value_json.alarms }}`,
      })
    const pressed = Object.values(components).flatMap((one) =>
      'payload_press' in one ? [one.payload_press] : [],
    )
    expect(pressed).toEqual(readsOf('ST-906L').map(({ intent }) => intent))
    expect(pressed).toContain('read-status')
  })

  it('limit a command to the length of a Home Assistant state', () =>
    expect(toDiscovery(deviceOf(), discovery).components.command).toMatchObject({
      value_template: '{{ value_json.command[:255] }}',
    }))

  it('have no entities for sending where sending is off', () => {
    const { components } = toDiscovery(deviceOf(), { ...discovery, withCommands: false })
    const kinds = new Set(Object.values(components).map(({ platform }) => platform))
    expect([...kinds].toSorted()).toEqual(['binary_sensor', 'device_tracker', 'sensor'])
  })
})

describe('published states', () => {
  it('have null for absent values, and a field for the template of each sensor', () => {
    const state = toState(deviceOf({ lastPosition: null, ignitionOn: null }))
    expect(state).toMatchObject({ speedKmh: null, ignitionOn: null, voltage: 12.4, alarms: ['sos'] })
    const { components } = toDiscovery(deviceOf(), discovery)
    for (const one of Object.values(components) as any[]) {
      const [, field] = /value_json\.(\w+) }}/.exec(one.value_template ?? '') ?? []
      if (one.state_topic === topics.state('9170000000')) expect(state).toHaveProperty(field!)
    }
  })

  it('have whole numbers in the units of OwnTracks, and no unknown values', () => {
    expect(toOwnTracks(deviceOf())).toEqual({
      _type: 'location',
      lat: 52.52,
      lon: 13.405,
      tst: 1_769_846_400,
      created_at: 1_769_846_401,
      tid: '00',
      conn: 'm',
      vel: 47,
      cog: 133,
    })
    expect(toOwnTracks(deviceOf({ batteryPercent: 80 }))).toMatchObject({ batt: 80 })
    expect(toOwnTracks(deviceOf({ lastPosition: null }))).toBeNull()
  })
})

describe('the publisher', () => {
  let sent: [topic: string, payload: string][]
  let publisher: Publisher
  const start = (more: Partial<MqttOptions> = {}): void => {
    sent = []
    publisher = createPublisher({
      options: { ...options, ...more },
      topics,
      version: '1.0.0',
      publish: (topic, payload) => void sent.push([topic, payload]),
    })
  }
  beforeEach(() => start())
  const topicsSent = (): string[] =>
    sent.splice(0).map(([topic, payload]) => `${topic}${payload === '' ? ' gone' : ''}`)
  const config = 'homeassistant/device/h02_h02_9170000000/config'
  const state = 'h02/9170000000/state'
  const place = 'h02/9170000000/position'
  const ownTracks = 'owntracks/h02/9170000000'

  it('publishes everything of a new device, then only changes', () => {
    publisher.onDevices([deviceOf()])
    expect(topicsSent()).toEqual([config, state, place, ownTracks])
    publisher.onDevices([deviceOf()])
    expect(topicsSent()).toEqual([])
    publisher.onDevices([deviceOf({ ignitionOn: false })])
    expect(topicsSent()).toEqual([state])
    publisher.onDevices([deviceOf({ ignitionOn: false, name: 'Van 4' })])
    expect(topicsSent()).toEqual([config])
  })

  it('removes the ignition of a device without the wire, and adds it again', () => {
    const wired = (ignitionWiring: 'normal' | 'inverted' | 'none') =>
      deviceOf({ overrides: { ignitionInverted: false, ignitionWiring, utcOffsetMinutes: 0 } })
    const entity = () => {
      const [, last] = sent.filter(([topic]) => topic === config).at(-1)!
      expect(faultsOf(JSON.parse(last))).toEqual([])
      return JSON.parse(last).components.ignition
    }
    const whole = expect.objectContaining({ name: 'Ignition', device_class: 'running' })
    publisher.onDevices([wired('none')])
    expect(entity()).toBeUndefined()
    publisher.onDevices([wired('normal')])
    expect(entity()).toEqual(whole)
    publisher.onDevices([wired('none')])
    // Home Assistant removes an entity that has only a platform.
    expect(entity()).toEqual({ platform: 'binary_sensor' })
    publisher.onDevices([wired('inverted')])
    expect(entity()).toEqual(whole)
  })

  it('keeps the ignition of a device from an API that knows no wirings', () => {
    publisher.onDevices([deviceOf({ overrides: { ignitionInverted: true, utcOffsetMinutes: 0 } as never })])
    const [, payload] = sent.find(([topic]) => topic === config)!
    expect(JSON.parse(payload).components.ignition).toMatchObject({ name: 'Ignition' })
  })

  it('publishes everything again to a broker that was unreachable', () => {
    publisher.onDevices([deviceOf()])
    sent = []
    publisher.onConnect()
    expect(topicsSent()).toEqual([config, state, place, ownTracks])
  })

  it('publishes no position where none is known', () => {
    publisher.onDevices([deviceOf({ lastPosition: null })])
    expect(topicsSent()).toEqual([config, state])
  })

  it('publishes only the configured formats', () => {
    start({ formats: new Set(['owntracks']) })
    publisher.onDevices([deviceOf()])
    expect(topicsSent()).toEqual([state, place, ownTracks])
    publisher.onKept('9170000000', JSON.stringify(toDiscovery(deviceOf(), discovery)))
    expect(topicsSent()).toEqual([`${config} gone`])
    start({ formats: new Set(['home-assistant']) })
    publisher.onDevices([deviceOf()])
    expect(topicsSent()).toEqual([config, state, place])
  })

  it('removes a deleted device, even when it was deleted before this start', () => {
    publisher.onDevices([deviceOf()])
    sent = []
    publisher.onDevices([])
    const all = [config, state, place, 'h02/9170000000/reply', ownTracks].map((topic) => `${topic} gone`)
    expect(topicsSent()).toEqual(all)

    const document = JSON.stringify(toDiscovery(deviceOf(), discovery))
    start()
    publisher.onKept('9170000000', document)
    expect(topicsSent()).toEqual([])
    publisher.onDevices([])
    expect(topicsSent()).toEqual(all)
    publisher.onKept('9170000000', document)
    expect(topicsSent()).toEqual(all)
  })

  it.each(['before', 'after'])(
    'removes an entity of an older version when the broker sends it %s the list',
    (when) => {
      const old = toDiscovery(deviceOf(), discovery)
      const kept = JSON.stringify({
        ...old,
        components: { ...old.components, heading: { ...old.components.course } },
      })
      if (when === 'before') publisher.onKept('9170000000', kept)
      publisher.onDevices([deviceOf()])
      if (when === 'after') publisher.onKept('9170000000', kept)
      const [, last] = sent.filter(([topic]) => topic === config).at(-1)!
      expect(JSON.parse(last).components.heading).toEqual({ platform: 'sensor' })
      expect(faultsOf(JSON.parse(last))).toEqual([])
      // The broker then has this document, so nothing has to be published.
      sent = []
      publisher.onKept('9170000000', last)
      expect(sent).toEqual([])
    },
  )

  it('ignores messages that are not a discovery document', () => {
    for (const payload of ['', 'x', '{}', '[]', 'null', '{"components":{"a":1}}'])
      publisher.onKept('9170000000', payload)
    publisher.onDevices([deviceOf()])
    expect(topicsSent()).toContain(config)
  })
})

describe('topics of commands', () => {
  it('are parsed back, and other topics are ignored', () => {
    expect(topics.deviceOfCommand(topics.command('917'))).toBe('917')
    expect(topics.deviceOfConfig(topics.config('917'))).toBe('917')
    for (const name of ['h02/x/command', 'h02/917/reply', 'h02//command', 'other/917/command'])
      expect(topics.deviceOfCommand(name)).toBeNull()
    expect(topics.deviceOfConfig('homeassistant/device/h02_other_917/config')).toBeNull()
  })
})

describe('options of MQTT out', () => {
  it('are off without a broker, which may be set in the environment', () => {
    expect(readMqttOptions({}, {})).toBeNull()
    expect(readMqttOptions({}, { MQTT_URL: 'mqtts://u:p%40@broker:8884' })).toMatchObject({
      url: 'mqtts://u:p%40@broker:8884',
      topic: 'h02',
      commands: 'reads',
    })
    expect(brokerOf({ url: 'mqtts://u:p@broker:8884' })).toBe('mqtts://broker:8884')
  })
  it.each([
    [{ mqtt: 'broker' }, '--mqtt must be like'],
    [{ mqtt: 'http://broker' }, '--mqtt must be like'],
    [{ mqtt: 'mqtt://' }, '--mqtt must be like'],
    [{ mqtt: 'mqtt://b', 'mqtt-topic': 'a/#' }, '--mqtt-topic must'],
    [{ mqtt: 'mqtt://b', 'mqtt-discovery': '/' }, '--mqtt-discovery must'],
    [
      { mqtt: 'mqtt://b', 'mqtt-formats': 'owntracks,x' },
      '--mqtt-formats must be home-assistant and owntracks',
    ],
    [{ mqtt: 'mqtt://b', 'mqtt-commands': 'all' }, '--mqtt-commands must be one of none, reads'],
    [{ 'mqtt-commands': 'all' }, '--mqtt-commands must be one of none, reads'],
    [{ 'mqtt-topic': '' }, '--mqtt-topic must'],
  ])('%j are refused, without printing the password', (values, problem) =>
    expect(readMqttOptions(values, {})).toEqual({ problem: expect.stringContaining(problem) }),
  )
})
