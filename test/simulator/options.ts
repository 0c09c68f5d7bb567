import { parseArgs } from 'node:util'
import { profileNamed } from './profiles/index.ts'

export type SimulatorOptions = {
  readonly host: string
  readonly port: number
  readonly id: string | undefined
  readonly profile: string
  readonly intervalSeconds: number
  readonly count: number | undefined
  readonly seed: number
  readonly start: { readonly latitude: number; readonly longitude: number } | undefined
  readonly quiet: boolean
  readonly list: boolean
  readonly devices: number | null
  readonly rate: number
  readonly seconds: number | undefined
}

export const HELP = `npm run tracker -- [host:port] [options]     a simulated tracker that connects to 127.0.0.1:5013 by default

  --profile st906l      the kind of tracker; --list shows all
  --id 9170000000       its device id
  --interval 5          seconds between frames
  --count N             stop after N frames
  --seed 1              the same seed drives the same way
  --start 46.05,14.51   where it starts
  --quiet               print nothing but problems
  --list                the profiles
  --help

  --devices 1000        load: number of trackers at the same time; their ids follow --id
  --rate 100            load: frames per second of all trackers together; --count is per tracker
  --seconds N           load: ends after N seconds`

/** Reads the options of the command line. Returns a sentence if they are not valid. */
export function readOptions(
  args: readonly string[],
): SimulatorOptions | { readonly problem: string } | 'help' {
  let parsed
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        id: { type: 'string' },
        profile: { type: 'string', default: 'st906l' },
        interval: { type: 'string', default: '5' },
        count: { type: 'string' },
        seed: { type: 'string', default: '1' },
        start: { type: 'string' },
        quiet: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        devices: { type: 'string' },
        seconds: { type: 'string' },
        rate: { type: 'string', default: '100' },
      },
    })
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
  const { values, positionals } = parsed
  if (values.help) return 'help'
  const [address = '127.0.0.1:5013', tooMuch] = positionals
  const [, typedHost = '', port] = /^(?:(.*):)?(\d{1,5})$/.exec(address) ?? []
  // An IPv6 address is written in brackets before a port.
  const host = typedHost.replace(/^\[(.*)\]$/, '$1')
  const start = values.start?.split(',').map(Number)
  const count = values.count === undefined ? undefined : Number(values.count)
  const devices = values.devices === undefined ? null : Number(values.devices)
  const seconds = values.seconds === undefined ? undefined : Number(values.seconds)
  const isCount = (value: number): boolean => Number.isInteger(value) && value > 0
  if (port === undefined || Number(port) > 65_535) return { problem: `"${address}" is not host:port` }
  if (tooMuch !== undefined) return { problem: `"${tooMuch}" is one argument too many` }
  if (profileNamed(values.profile) === undefined)
    return { problem: `there is no profile "${values.profile}"` }
  if (values.id !== undefined && !/^\d{1,15}$/.test(values.id)) {
    return { problem: `--id must be 1 to 15 digits, not "${values.id}"` }
  }
  if (!(Number(values.interval) > 0))
    return { problem: `--interval must be seconds, not "${values.interval}"` }
  if (!Number.isInteger(Number(values.seed)))
    return { problem: `--seed must be a number, not "${values.seed}"` }
  if (!(Number(values.rate) > 0)) return { problem: `--rate must be frames per second, not "${values.rate}"` }
  if (count !== undefined && !isCount(count))
    return { problem: `--count must be a number, not "${values.count}"` }
  if (seconds !== undefined && !(seconds > 0))
    return { problem: `--seconds must be a number, not "${values.seconds}"` }
  if (devices !== null && !isCount(devices)) {
    return { problem: `--devices must be a number, not "${values.devices}"` }
  }
  const [latitude = NaN, longitude = NaN] = start ?? []
  if (start !== undefined && !(Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180)) {
    return { problem: `--start must be latitude,longitude, not "${values.start}"` }
  }
  return {
    host: host === '' ? '127.0.0.1' : host,
    port: Number(port),
    id: values.id,
    profile: values.profile,
    intervalSeconds: Number(values.interval),
    count,
    seed: Number(values.seed),
    start: start === undefined ? undefined : { latitude, longitude },
    quiet: values.quiet,
    list: values.list,
    devices,
    rate: Number(values.rate),
    seconds,
  }
}
