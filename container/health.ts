import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Health = { readonly port: number; readonly fail: () => void; readonly close: () => void }

/** Liveness for the load balancer: 200 until the drain begins, then 503, so that no new tracker is sent here. */
export async function startHealth(host: string, port: number): Promise<Health> {
  let isHealthy = true
  const server = createServer((_, response) => {
    response.writeHead(isHealthy ? 200 : 503, { 'content-type': 'text/plain' })
    response.end(isHealthy ? 'ok\n' : 'draining\n')
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    fail: () => {
      isHealthy = false
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
