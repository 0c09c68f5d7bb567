import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

type Asked = {
  readonly url: URL
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A geocoder on this machine, which answers with `answer`. */
export async function startGeocoder(answer: (response: ServerResponse, asked: Asked) => void) {
  const requests: Asked[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const body = (await buffer(request)).toString()
      const asked = { url: new URL(request.url!, 'http://geocoder'), headers: request.headers, body }
      requests.push(asked)
      answer(response, asked)
    })()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: (): void => {
      server.close()
      server.closeAllConnections()
    },
  }
}

export const answerWith = (response: ServerResponse, body: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
