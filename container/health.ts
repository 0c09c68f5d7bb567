import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Health = { readonly port: number; readonly fail: () => void; readonly close: () => void }

/**
 * Health check of the load balancer: 200, or 503 with the reason while `obstacle` returns one or after the drain has
 * begun, so that no new tracker is sent here.
 */
export async function startHealth(
  host: string,
  port: number,
  obstacle: () => string | null = () => null,
): Promise<Health> {
  let isDraining = false
  const server = createServer((_, response) => {
    const why = isDraining ? 'draining' : obstacle()
    response.writeHead(why === null ? 200 : 503, { 'content-type': 'text/plain' })
    response.end(`${why ?? 'ok'}\n`)
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    fail: () => {
      isDraining = true
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
