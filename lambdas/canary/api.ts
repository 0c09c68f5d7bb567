import { setTimeout as sleep } from 'node:timers/promises'

/** The HTTP API as an external program uses it. Every method rejects on failure. */
export type CanaryApi = {
  /** Registers the device if it is not registered. */
  readonly register: (deviceId: string, signal: AbortSignal) => Promise<void>
  /** Sends the text command for the status; resolves to the verdict, or to the state that the command reached in time. */
  readonly askStatus: (deviceId: string, signal: AbortSignal) => Promise<string>
  /** Resolves when the device's history contains the frame. */
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
      // A command of an earlier run may still be waiting.
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
