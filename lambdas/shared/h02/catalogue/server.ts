import type { Params } from './types.ts'

export type Server = { readonly host: string; readonly port: number }

/** The server to which a command sends the tracker; null if it is another command. */
export function serverIn({ intent, params }: { intent: string; params: Params }): Server | null {
  const at = (host: unknown, port: number): Server | null =>
    typeof host === 'string' && host !== '' ? { host, port } : null
  if (intent === 'set-server') return at(params['host'], Number(params['port']))
  if (intent !== 'set-server-huasuntek') return null
  // With index 2 the tracker tries the host name first.
  const host = String(params['index']) === '2' ? params['host'] : params['address']
  return at(host, Number.parseInt(String(params['portHex']), 16))
}
