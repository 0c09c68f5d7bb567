import { decode, frameOf } from '#h02'
import { readFacts, type Server } from '#h02/catalogue/index.ts'
import type { TraccarApi, TraccarDevice } from '../traccar/api.ts'
import { poll, type Clock, type Way } from './way.ts'

/** Commands whose answer contains the server. Many trackers answer RCONF only after a restart, so it comes second. */
const questions = ['CXZT', 'RCONF'] as const
/** Traccar stores an answer some seconds after it arrived. */
const ANSWER_MS = 30_000
const POLL_MS = 1_000

/** Reaches a tracker through Traccar while it is connected there. */
export function createWayByTraccar(
  traccar: TraccarApi,
  clock: Clock,
  { timeScale = 1 }: { readonly timeScale?: number } = {},
): Way {
  const requireDevice = async (deviceId: string): Promise<TraccarDevice> => {
    const device = await traccar.find(deviceId)
    if (device === null) throw new Error(`Traccar does not know ${deviceId}`)
    return device
  }

  const send = async (device: TraccarDevice, text: string): Promise<string | null> => {
    try {
      const outcome = await traccar.sendText(device, text)
      if (outcome === 'sent') return null
      return `Traccar has no connection to it and keeps "${text.split(' ')[0]}" for later: delete it there`
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** New events are those after the newest known one. Times cannot be compared, because the clocks differ. */
  const ask = async (device: TraccarDevice, text: string): Promise<Server | null> => {
    const before = Math.max(0, ...(await traccar.results(device)).map(({ id }) => id))
    if ((await send(device, text)) !== null) return null
    return poll(clock, { forMs: ANSWER_MS * timeScale, everyMs: POLL_MS * timeScale }, async () => {
      const events = (await traccar.results(device)).filter(({ id }) => id > before)
      return events.map(({ attributes }) => serverOf(attributes['result'])).find(Boolean) ?? null
    })
  }

  return {
    look: async (deviceId) => {
      const device = await traccar.find(deviceId)
      if (device === null) return { isReachable: false, why: 'Traccar does not know it' }
      const { name, model, phone, status } = device
      if (status === 'online') return { isReachable: true, name, model, phone }
      return { isReachable: false, why: 'it is not connected to Traccar, so it cannot be asked' }
    },
    readServer: async (deviceId) => {
      const device = await requireDevice(deviceId)
      for (const question of questions) {
        const server = await ask(device, question)
        if (server !== null) return server
      }
      return null
    },
    send: async (deviceId, text) => send(await requireDevice(deviceId), text),
  }
}

/** The server in the text of a reply; null if it names none. */
function serverOf(reply: unknown): Server | null {
  if (typeof reply !== 'string') return null
  const decoded = decode(frameOf(Buffer.from(`*HQ,1,SMS,${reply}#`)))
  if (!decoded.ok) return null
  const { serverHost, serverPort } = readFacts(decoded.message)
  return serverHost === undefined || serverPort === undefined ? null : { host: serverHost, port: serverPort }
}
