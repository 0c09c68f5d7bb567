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

  it('would be found faulty', () => {
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

  it('have no way to send where nothing may be sent', () => {
    const { components } = toDiscovery(deviceOf(), { ...discovery, withCommands: false })
    const kinds = new Set(Object.values(components).map(({ platform }) => platform))
    expect([...kinds].toSorted()).toEqual(['binary_sensor', 'device_tracker', 'sensor'])
  })
})

describe('states', () => {
  it('absent is null, and the templates of all sensors have a field', () => {
    const state = toState(deviceOf({ lastPosition: null, ignitionOn: null }))
    expect(state).toMatchObject({ speedKmh: null, ignitionOn: null, voltage: 12.4, alarms: ['sos'] })
    const { components } = toDiscovery(deviceOf(), discovery)
    for (const one of Object.values(components) as any[]) {
      const [, field] = /value_json\.(\w+) }}/.exec(one.value_template ?? '') ?? []
      if (one.state_topic === topics.state('9170000000')) expect(state).toHaveProperty(field!)
    }
  })

  it('OwnTracks has whole numbers in its units, and nothing that is not known', () => {
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

describe('what is published', () => {
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

  it('all of a new device, then what changes', () => {
    publisher.onDevices([deviceOf()])
    expect(topicsSent()).toEqual([config, state, place, ownTracks])
    publisher.onDevices([deviceOf()])
    expect(topicsSent()).toEqual([])
    publisher.onDevices([deviceOf({ ignitionOn: false })])
    expect(topicsSent()).toEqual([state])
    publisher.onDevices([deviceOf({ ignitionOn: false, name: 'Van 4' })])
    expect(topicsSent()).toEqual([config])
  })

  it('all again to a broker that was away', () => {
    publisher.onDevices([deviceOf()])
    sent = []
    publisher.onConnect()
    expect(topicsSent()).toEqual([config, state, place, ownTracks])
  })

  it('nothing where no position is known', () => {
    publisher.onDevices([deviceOf({ lastPosition: null })])
    expect(topicsSent()).toEqual([config, state])
  })

  it('only the formats that are wanted', () => {
    start({ formats: new Set(['owntracks']) })
    publisher.onDevices([deviceOf()])
    expect(topicsSent()).toEqual([state, place, ownTracks])
    publisher.onKept('9170000000', JSON.stringify(toDiscovery(deviceOf(), discovery)))
    expect(topicsSent()).toEqual([`${config} gone`])
    start({ formats: new Set(['home-assistant']) })
    publisher.onDevices([deviceOf()])
    expect(topicsSent()).toEqual([config, state, place])
  })

  it('a device that is deleted is taken away, also when that was before this start', () => {
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
    'an entity of an older version is removed when the broker shows it %s the list',
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
      // What the broker then shows is this document: there is nothing more to say.
      sent = []
      publisher.onKept('9170000000', last)
      expect(sent).toEqual([])
    },
  )

  it('ignores what is no document', () => {
    for (const payload of ['', 'x', '{}', '[]', 'null', '{"components":{"a":1}}'])
      publisher.onKept('9170000000', payload)
    publisher.onDevices([deviceOf()])
    expect(topicsSent()).toContain(config)
  })
})

describe('topics', () => {
  it('are read back, and nothing else is', () => {
    expect(topics.deviceOfCommand(topics.command('917'))).toBe('917')
    expect(topics.deviceOfConfig(topics.config('917'))).toBe('917')
    for (const name of ['h02/x/command', 'h02/917/reply', 'h02//command', 'other/917/command'])
      expect(topics.deviceOfCommand(name)).toBeNull()
    expect(topics.deviceOfConfig('homeassistant/device/h02_other_917/config')).toBeNull()
  })
})

describe('options', () => {
  it('are none without a broker, which may be in the environment', () => {
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
      '--mqtt-formats takes home-assistant and owntracks',
    ],
    [{ mqtt: 'mqtt://b', 'mqtt-commands': 'all' }, '--mqtt-commands takes none, reads'],
  ])('%j are refused, without the password', (values, problem) =>
    expect(readMqttOptions(values, {})).toEqual({ problem: expect.stringContaining(problem) }),
  )
})
