/**
 * The parts of Traccar's HTTP API that moving and importing use. Taken from its source (6.9 and 6.14: CommandResource,
 * ReportResource, PositionResource) and tried with 6.9.1.
 */
export type TraccarDevice = {
  readonly id: number
  readonly uniqueId: string
  readonly name: string | null
  readonly model: string | null
  readonly phone: string | null
  readonly status: string | null
}
type TraccarEvent = {
  readonly id: number
  readonly attributes: Readonly<Record<string, unknown>>
}
export type TraccarPosition = {
  readonly id: number
  readonly protocol: string | null
  readonly serverTime: string
  readonly fixTime: string
  readonly valid: boolean
  readonly latitude: number
  readonly longitude: number
  /** Knots. */
  readonly speed: number
  readonly course: number
  readonly attributes: Readonly<Record<string, unknown>>
}

export type TraccarApi = {
  readonly url: string
  /** Null: no such device. */
  readonly find: (uniqueId: string) => Promise<TraccarDevice | null>
  readonly list: () => Promise<TraccarDevice[]>
  /**
   * Writes a text to the tracker. `queued`: the tracker is not connected, and an older Traccar stored the text for
   * later. Throws a sentence if Traccar refuses.
   */
  readonly sendText: (device: TraccarDevice, text: string) => Promise<'sent' | 'queued'>
  /** Replies to commands from yesterday to tomorrow, because the clocks differ. */
  readonly results: (device: TraccarDevice) => Promise<TraccarEvent[]>
  /** By fix time, ms since 1970, oldest first. */
  readonly positions: (device: TraccarDevice, from: number, to: number) => Promise<TraccarPosition[]>
}

const DAY_MS = 86_400_000
/** A server that does not answer must not hold up a whole fleet. */
const TIMEOUT_MS = 60_000

/** `token`: made in Traccar's settings; `user:password` works as well. */
export function createTraccarApi(url: string, token: string): TraccarApi {
  const base = url.replace(/\/+$/, '').replace(/\/api$/, '')
  const authorization = token.includes(':')
    ? `Basic ${Buffer.from(token).toString('base64')}`
    : `Bearer ${token}`

  const request = async (path: string, body?: unknown): Promise<{ status: number; json: unknown }> => {
    const answer = await fetch(`${base}/api${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization, accept: 'application/json', 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new Error(`Traccar at ${base} does not answer`, { cause })
    })
    const text = await answer.text()
    if (answer.status === 401) throw new Error(`Traccar at ${base} does not accept this token`)
    if (!answer.ok) throw new Error(`Traccar answered ${answer.status} to ${path}: ${firstLine(text)}`)
    try {
      return { status: answer.status, json: JSON.parse(text) }
    } catch (cause) {
      throw new Error(`Traccar answered ${path} with something that is not JSON: is ${base} its address?`, {
        cause,
      })
    }
  }
  const read = async <Item>(path: string): Promise<Item[]> => {
    const { json } = await request(path)
    if (!Array.isArray(json)) throw new Error(`Traccar answered ${path} with no list`)
    return json as Item[]
  }
  const range = (from: number, to: number): string =>
    new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() }).toString()

  return {
    url: base,
    find: async (uniqueId) => {
      const found = await read<TraccarDevice>(`/devices?uniqueId=${encodeURIComponent(uniqueId)}`)
      return found.find((device) => device.uniqueId === uniqueId) ?? null
    },
    list: () => read<TraccarDevice>('/devices'),
    sendText: async ({ id }, data) => {
      const { status } = await request('/commands/send', {
        deviceId: id,
        type: 'custom',
        // No queueing: the text could reach the tracker when no one expects it any more.
        attributes: { data, noQueue: true },
      })
      return status === 202 ? 'queued' : 'sent'
    },
    results: ({ id }) =>
      read<TraccarEvent>(
        `/reports/events?deviceId=${id}&type=commandResult&${range(Date.now() - DAY_MS, Date.now() + DAY_MS)}`,
      ),
    positions: ({ id }, from, to) => read<TraccarPosition>(`/positions?deviceId=${id}&${range(from, to)}`),
  }
}

const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').slice(0, 200)
