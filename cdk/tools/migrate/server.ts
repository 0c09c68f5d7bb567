import { checkParams, encodeCommand, entryOf, type Server } from '#h02/catalogue/index.ts'

const setServer = entryOf('set-server')!

/** Parses `host:port` into the parameters of `set-server`; null if it is not valid. */
export function readServer(text: string): Server | null {
  const [, host = '', port = ''] = /^([^:\s]+):(\d{1,5})$/.exec(text.trim()) ?? []
  const params = { host, port: Number(port) }
  return checkParams(setServer, params).ok ? params : null
}

export const textOfServer = ({ host, port }: Server): string => `${host}:${port}`

/** The text that points a tracker at a server, by SMS or through another server. Throws a sentence if there is none. */
export function serverText(
  { host, port }: Server,
  { deviceId, password, model }: { deviceId: string; password: string | null; model: string | null },
): string {
  const address = { id: deviceId, password, model, maker: null, now: Date.now() }
  const encoded = encodeCommand(setServer, 'text', { host, port }, address)
  if (!encoded.ok) throw new Error(`The command cannot be written: ${encoded.detail}.`)
  return Buffer.from(encoded.bytes).toString('latin1')
}
