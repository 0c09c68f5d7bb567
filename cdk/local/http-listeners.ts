import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { Certificate } from './stand-ins/http.ts'
import { startHttpFront, type Beside, type HttpFront, type Upgrade } from './stand-ins/http-front.ts'
import { isLoopback, type LocalOptions } from './options.ts'

export type HttpOptions = Pick<
  LocalOptions,
  'httpHost' | 'httpPort' | 'httpOrigins' | 'publicUrl' | 'tls' | 'plainHttp'
>
export type HttpListeners = {
  /** For tools on this machine: plain HTTP on a loopback address. */
  readonly insideUrl: string
  /** For people; uses the public address if there is one. */
  readonly consoleUrl: string
  readonly close: () => Promise<void>
}
type Front = Parameters<typeof startHttpFront>[0]
type Handlers = {
  readonly invoke: Front['invoke']
  readonly beside?: Beside
  readonly onNoHttp?: Front['onNoHttp']
  readonly upgrades: Readonly<Record<string, Upgrade>>
  readonly onError: (message: string, cause: unknown) => void
}

const LOOPBACK = '127.0.0.1'
/** How often the certificate files are read again. Certificates are renewed days before they expire. */
const RENEW_EVERY_MS = 3_600_000

/**
 * The listeners of the HTTP API. If it listens beyond this machine, or with TLS, there is a second listener for tools on this
 * machine, because no certificate is valid for 127.0.0.1.
 */
export async function startHttpListeners(
  { httpHost = LOOPBACK, httpPort, httpOrigins = [], publicUrl, tls, plainHttp = false }: HttpOptions,
  { onError, ...handlers }: Handlers,
): Promise<HttpListeners> {
  const alsoOrigins = [...httpOrigins, ...(publicUrl === undefined ? [] : [publicUrl])]
  const common = { ...handlers, onError: (error: unknown) => onError('the HTTP API', error) }
  const certificate = tls === undefined ? null : readCertificate(tls)
  const isOpen = !isLoopback(httpHost) && (certificate !== null || plainHttp)
  const ownName = isIP(httpHost) === 0 ? httpHost : null
  const start = (host: string, port: number): Promise<HttpFront> =>
    startHttpFront({ ...common, host, port, access: { alsoOrigins, isOpen, ownName }, tls: certificate })
  const outside = await startOrExplain(() => start(httpHost, httpPort), tls)
  if (certificate === null && isLoopback(httpHost))
    return { insideUrl: outside.url, consoleUrl: publicUrl ?? outside.url, close: outside.close }

  const inside = await startHttpFront({
    ...common,
    host: LOOPBACK,
    port: 0,
    access: { alsoOrigins: [], isOpen: false, ownName: null },
  })
  const renewing =
    tls &&
    setInterval(() => {
      try {
        outside.renew(readCertificate(tls))
      } catch (error) {
        // Only one file of a new pair was written: the next read finds both.
        onError('the certificate was not renewed', error)
      }
    }, RENEW_EVERY_MS).unref()
  return {
    insideUrl: inside.url,
    consoleUrl: publicUrl ?? byCertificate(outside.url, certificate),
    close: async () => {
      clearInterval(renewing)
      await outside.close()
      await inside.close()
    },
  }
}

/** With all addresses of this machine, the name in the certificate is the one that a browser accepts. */
function byCertificate(url: string, certificate: Certificate | null): string {
  const own = new URL(url)
  if (certificate === null || !['0.0.0.0', '[::]'].includes(own.hostname)) return url
  const names = new X509Certificate(certificate.cert).subjectAltName ?? ''
  const name = /\bDNS:([a-z\d][^\s,*]*)/i.exec(names)?.[1]
  if (name !== undefined) own.hostname = name
  return own.origin
}

type TlsFiles = NonNullable<LocalOptions['tls']>

function readCertificate({ certFile, keyFile }: TlsFiles): Certificate {
  const read = (option: string, file: string): string => {
    try {
      return readFileSync(file, 'utf8')
    } catch (cause) {
      throw new Error(`${option} ${file} cannot be read: ${(cause as Error).message}`, { cause })
    }
  }
  return { cert: read('--tls-cert', certFile), key: read('--tls-key', keyFile) }
}

async function startOrExplain(
  start: () => Promise<HttpFront>,
  tls: TlsFiles | undefined,
): Promise<HttpFront> {
  try {
    return await start()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (tls === undefined || !/^ERR_(OSSL|SSL|TLS)/.test(code)) throw cause
    throw new Error(
      `--tls-cert ${tls.certFile} and --tls-key ${tls.keyFile} are no certificate with its key, both as PEM: ${(cause as Error).message}`,
      { cause },
    )
  }
}
