/** Callers of the HTTP API that all wait for their commands: in a process of their own, so they hold up no one's clock. */
import type { Api } from '../load-api.ts'
import { answerParent } from './part.ts'

export type Crowd = {
  readonly api: Api
  readonly devices: readonly string[]
  readonly count: number
  readonly seconds: number
}

/** `at`: ms since 1970, with fractions. */
export type CallerAnswer = {
  readonly at: number
  readonly status: number
  readonly commandId: string | null
}

const clock = (): number => performance.timeOrigin + performance.now()

async function call({ api, devices, seconds }: Crowd, i: number): Promise<CallerAnswer> {
  const deviceId = devices[i % devices.length]!
  const answer = await fetch(`${api.httpUrl}/v1/devices/${deviceId}/commands`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.adminKey}`,
      'content-type': 'application/json',
      prefer: `wait=${seconds}`,
    },
    body: JSON.stringify({
      intent: 'overspeed',
      params: { speedKmh: 40 + Math.floor(i / devices.length) },
    }),
  })
  const at = clock()
  const { commandId = null } = (await answer.json()) as { commandId?: string }
  return { at, status: answer.status, commandId }
}

answerParent({
  order: (crowd: Crowd): Promise<CallerAnswer[]> =>
    Promise.all(Array.from({ length: crowd.count }, (_, i) => call(crowd, i))),
})
