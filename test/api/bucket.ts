import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createIdentities } from '../../cdk/local/stand-ins/identities.ts'
import { verifyRequest } from '../../cdk/local/stand-ins/signature.ts'

type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string }

/**
 * A stand-in for an S3 bucket with objects by their paths, which serves ranges to requests signed by one key. `credentials`: of the allowed
 * reader; read at the first request.
 */
export async function startBucket(
  objects: Readonly<Record<string, Buffer>>,
  credentials: () => Credentials,
): Promise<{
  readonly url: string
  readonly requests: string[]
  readonly add: (path: string, object: Buffer) => void
  readonly close: () => void
}> {
  const stored = new Map(Object.entries(objects))
  const requests: string[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    const { accessKeyId, secretAccessKey } = credentials()
    const signer = verifyRequest(
      { method, url, headers, body: Buffer.alloc(0) },
      { service: 's3', identities: createIdentities({ [accessKeyId]: secretAccessKey }), now: Date.now },
    )
    requests.push(`${url} ${headers.range ?? ''}`)
    const object = stored.get(decodeURIComponent(url))
    const [, from = 0, to = 0] = (/^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []).map(Number)
    const end = (status: number, more: Record<string, string> = {}, body: Buffer = Buffer.alloc(0)): void => {
      response.writeHead(status, more).end(body)
    }
    // Without permission to list the bucket, a missing object is forbidden too.
    if ('problem' in signer || object === undefined) return end(403)
    if (from >= object.length) return end(416, { 'content-range': `bytes */${object.length}` })
    const last = Math.min(to, object.length - 1)
    end(
      206,
      { 'content-range': `bytes ${from}-${last}/${object.length}`, etag: '"one"' },
      object.subarray(from, last + 1),
    )
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    add: (path, object) => void stored.set(path, object),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
