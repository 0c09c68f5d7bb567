/**
 * The signed URL of a live view at the address that the request for it came to: its host passes it on to the broker. A
 * page names its own address (`Origin`), also behind a proxy that changes `Host`.
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
