import { setTimeout as sleep } from 'node:timers/promises'

/** The HTTP API as a program of somebody else's sees it. Every method rejects when it cannot. */
export type CanaryApi = {
  /** Registers the device unless it is. */
  readonly register: (deviceId: string, signal: AbortSignal) => Promise<void>
  /** Resolves when the device's history shows the frame. */
  readonly findFrame: (deviceId: string, text: string, pollMs: number, signal: AbortSignal) => Promise<void>
}

export function createCanaryApi(url: string, key: string): CanaryApi {
  const ask = async (path: string, init: RequestInit): Promise<Response> =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
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
