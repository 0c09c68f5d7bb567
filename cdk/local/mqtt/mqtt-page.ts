import { brokerOf, checkMqttFields, toMqttFields, unmaskUrl, type MqttOptions } from '../../mqtt/options.ts'
import { jsonAnswer, readJsonObject, type Answer, type WholeRequest } from '../stand-ins/http.ts'
import type { Beside } from '../stand-ins/http-front.ts'
import type { Admin, createAdminAccess } from './admin-access.ts'
import type { MqttOut } from './mqtt-out.ts'
import { problem, type Fault } from './problem.ts'

const MQTT_PATH = '/local/mqtt'
const MAX_BYTES = 10_000
const fields: readonly string[] = ['url', 'formats', 'commands', 'topic', 'discoveryPrefix']

const FIXED =
  'the broker is set on the command line (--mqtt, or MQTT_URL): start without it to set the broker here'
const LEFT =
  'The broker before was not connected or did not answer in time, so it still has what was published there.'

/** The broker in a request body, or a fault. In a masked URL the stored password is inserted. */
function readBroker(
  body: Buffer,
  before: string | null,
): MqttOptions | { readonly detail: string; readonly faults: readonly Fault[] } {
  const values = readJsonObject(body)
  if (values === null) return { detail: `expected a JSON object with ${fields.join(', ')}`, faults: [] }
  const unknown = Object.keys(values).filter((name) => !fields.includes(name))
  const refused = (...faults: Fault[]) => ({
    detail: faults.map(({ name, detail }) => `${name.slice(1)} ${detail}`).join('; '),
    faults,
  })
  if (unknown.length > 0)
    return refused(
      ...unknown.slice(0, 10).map((name) => ({
        name: `/${name.slice(0, 50)}`,
        detail: `is unknown: there are ${fields.join(', ')}`,
      })),
    )
  const checked = checkMqttFields(values)
  if ('problem' in checked) return refused({ name: `/${checked.field}`, detail: checked.problem })
  const url = unmaskUrl(checked.url, before)
  if (url === null)
    return refused({ name: '/url', detail: 'names another broker or user: type its password again' })
  return { ...checked, url }
}

/**
 * `GET`, `PUT` and `DELETE /local/mqtt`: the broker that devices are published to, for keys with the scope `admin`. Its
 * password is never shown.
 */
export function createMqttPage({
  mqttOut,
  admit,
}: {
  readonly mqttOut: MqttOut
  readonly admit: ReturnType<typeof createAdminAccess>
}): Beside {
  const stateAnswer = (more: { readonly warning?: string } = {}): Answer => {
    const { isConnected: connected, ...state } = mqttOut.state()
    const answer = jsonAnswer(200, { ...state, connected, ...more }, 'application/json')
    return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } }
  }
  const changed = (isForgotten: boolean): Answer => stateAnswer(isForgotten ? {} : { warning: LEFT })

  const put = async ({ body }: WholeRequest, { record }: Admin): Promise<Answer> => {
    if (body.length > MAX_BYTES) return problem('too-large', `expected at most ${MAX_BYTES} bytes`)
    const broker = readBroker(body, mqttOut.url())
    if ('faults' in broker) return problem('invalid-request', broker.detail, broker.faults)
    await record('mqtt-set', { ...toMqttFields(broker), url: brokerOf(broker) })
    return changed(await mqttOut.set(broker))
  }
  const remove = async (_: WholeRequest, { record }: Admin): Promise<Answer> => {
    const url = mqttOut.url()
    await record('mqtt-removed', url === null ? null : { url: brokerOf({ url }) })
    return changed(await mqttOut.remove())
  }
  const changes: Readonly<Record<string, typeof put>> = { PUT: put, DELETE: remove }

  const answer = async (request: WholeRequest, peer: string): Promise<Answer> => {
    const { method } = request
    const isRead = method === 'GET' || method === 'HEAD'
    const change = Object.hasOwn(changes, method) ? changes[method] : undefined
    if (!isRead && change === undefined) {
      const refusal = problem('method-not-allowed', `${MQTT_PATH} accepts GET, PUT, DELETE, not ${method}`)
      return { ...refusal, headers: { ...refusal.headers, allow: 'GET, PUT, DELETE' } }
    }
    const admin = await admit(request, peer)
    if ('refusal' in admin) return admin.refusal
    if (change === undefined) return stateAnswer()
    return mqttOut.isFixed ? problem('conflict', FIXED) : change(request, admin)
  }
  return (request, _, peer) => (request.url.split('?', 1)[0] === MQTT_PATH ? answer(request, peer) : null)
}
