import { setTimeout as sleep } from 'node:timers/promises'

/** The HTTP API as a program of someone else's sees it. Every method rejects when it cannot. */
export type CanaryApi = {
  /** Registers the device unless it is. */
  readonly register: (deviceId: string, signal: AbortSignal) => Promise<void>
  /** Asks the device for its status by the text command; resolves to the verdict, or the state it came to in time. */
  readonly askStatus: (deviceId: string, signal: AbortSignal) => Promise<string>
  /** Resolves when the device's history shows the frame. */
  readonly findFrame: (deviceId: string, text: string, pollMs: number, signal: AbortSignal) => Promise<void>
}

type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> }

export function createCanaryApi(url: string, readKey: () => Promise<string>): CanaryApi {
  const ask = async (path: string, init: Init): Promise<Response> =>
    fetch(`${url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${await readKey()}`,
        'content-type': 'application/json',
        ...init.headers,
      },
    })
  const requireOk = async (response: Response): Promise<unknown> => {
    if (!response.ok) throw new Error(`the API answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
  return {
    register: async (deviceId, signal) => {
      const known = await ask(`/v1/devices/${deviceId}`, { signal })
      if (known.status !== 404) return void (await requireOk(known))
      const body = JSON.stringify({ deviceId, name: 'Canary' })
      await requireOk(await ask('/v1/devices', { method: 'POST', body, signal }))
    },
    askStatus: async (deviceId, signal) => {
      // One of an earlier visit may still wait.
      const body = JSON.stringify({ intent: 'read-status', dialect: 'text', replace: true })
      const headers = { prefer: 'wait=20' }
      const response = await ask(`/v1/devices/${deviceId}/commands`, {
        method: 'POST',
        body,
        headers,
        signal,
      })
      const command = (await requireOk(response)) as { state: string; conclusion: { verdict: string } | null }
      return command.conclusion?.verdict ?? command.state
    },
    findFrame: async (deviceId, text, pollMs, signal) => {
      const hex = Buffer.from(text, 'latin1').toString('hex')
      for (;;) {
        const response = await ask(`/v1/devices/${deviceId}/frames?limit=20`, { signal })
        const { items } = (await requireOk(response)) as { items: readonly { hex: string | null }[] }
        if (items.some((item) => item.hex === hex)) return
        await sleep(pollMs, undefined, { signal })
      }
    },
  }
}
