import type { Embedded } from './embedded.ts'
import { DEFAULT_TCP_PORT, isLoopback, type LocalOptions } from './options.ts'
import { networkAddresses, outsideAddress } from './outside-address.ts'

/** A URL that works on other machines: 0.0.0.0 stands for all addresses of this machine, and cannot be opened. */
function nameOf(url: string): string {
  const own = new URL(url)
  if (own.hostname !== '0.0.0.0' && own.hostname !== '[::]') return url
  own.hostname = networkAddresses()[0] ?? 'localhost'
  return own.origin
}

const HOW_TO_ACCEPT = `
             When it connects, it appears in the console under Fleet, Unknown. Adopt it there: its frames are
             acknowledged and stored from then on. (--registration open registers every tracker.)`

/** The text printed at the start: all addresses, and the next commands to type. */
export function welcomeText(
  {
    host,
    dataDir,
    demo,
    publicAddress,
    registration,
    traccarApi = false,
  }: Pick<LocalOptions, 'host' | 'dataDir' | 'demo' | 'publicAddress' | 'registration' | 'traccarApi'>,
  {
    tcpPort,
    consoleUrl,
    httpUrl,
    adminKey,
  }: Pick<Embedded, 'tcpPort' | 'consoleUrl' | 'httpUrl' | 'adminKey'>,
  logFile: string,
): string {
  const open = !isLoopback(host)
  const shown = nameOf(consoleUrl)
  return `
The H02 gateway is running. Its data is in ${dataDir}, its log in ${logFile}.

  trackers   ${host}:${tcpPort}${
    open
      ? `
             To point a tracker here, send it this SMS (0000 is its password; behind a router, forward the port):
             8040000 ${publicAddress?.replace(':', ' ') ?? `${outsideAddress() ?? '<your public address>'} ${tcpPort}`}${registration === 'registered' ? HOW_TO_ACCEPT : ''}`
      : '   (only from this machine; --host 0.0.0.0 opens it)'
  }
  console    ${shown}   (in a browser; sign in with the admin key)
  HTTP API   ${shown}/v1   (described in ${shown}/openapi.json)${
    traccarApi
      ? `
  Traccar    ${shown}/api   (read only; sign in with any e-mail, and an API key as password)`
      : ''
  }
  admin key  ${adminKey}

${demo ? 'A few simulated trackers are driving. Where are they?' : 'A tracker to try it with, in another terminal:\n\n  npm run tracker' + (tcpPort === DEFAULT_TCP_PORT ? '' : ` -- 127.0.0.1:${tcpPort}`) + '\n\nWhere is it?'}

  curl -H "Authorization: Bearer ${adminKey}" ${httpUrl}/v1/positions
`
}
