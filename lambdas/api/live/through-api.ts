/**
 * The signed URL of a live view with the address of the request: the host passes the connection on to the broker. For pages the
 * address is their `Origin`, which is correct even behind a proxy that changes `Host`.
 */
export function throughApi(url: string, header: (name: string) => string | undefined): string {
  const { protocol, hostname, port } = new URL(
    header('origin') ?? `${header('x-forwarded-proto') ?? 'http'}://${header('host') ?? 'localhost'}`,
  )
  const own = new URL(url)
  own.protocol = protocol === 'https:' ? 'wss:' : 'ws:'
  own.hostname = hostname
  own.port = port
  return own.href
}
