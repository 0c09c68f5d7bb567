import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isDeviceId } from '../../../lambdas/shared/domain/device.ts'
import type { Server } from '#h02/catalogue/index.ts'
import { API_HELP, apiOptions } from '../api-client.ts'
import { readServer } from './server.ts'

export const HELP = `npm run -s migrate -- --to HOST:PORT --from-traccar URL --ids 1,2 [options]     trackers move here, one by one

  npm run -s migrate -- --to 203.0.113.10:5013 --from-traccar http://127.0.0.1:8082 --ids 9170000000 --dry-run
  npm run -s migrate -- --to 203.0.113.10:5013 --from-csv trackers.csv
  npm run -s migrate -- --back --ids 9170000000

For each tracker: the old server asks it for its current server (CXZT, RCONF). The way back is printed, and stored with the
device here. The old server sends the tracker here. The next tracker follows when this one has connected. The run stops after
two trackers that do not connect. Run it again with the same devices to continue.

  --to 203.0.113.10:5013   address that trackers connect to; many trackers accept only an IP address
  --from-traccar URL    the old server is a Traccar, e.g. http://127.0.0.1:8082
  --token TOKEN         token of a Traccar user (created in the user's settings), or user:password; also in TRACCAR_TOKEN
  --from-csv FILE       if the old server sends no commands: prints the SMS for you to send. Columns:
                        deviceId,phone,name,model,oldServer
  --ids 1,2             these devices; with --from-csv by default all of the file, with --back all that came from elsewhere
  --old-server gps.example.com:5013   server of trackers that do not report theirs. Without it they are
                        skipped, because there would be no way back
  --register            register devices that are not registered here, without asking
  --password 0000       password of the trackers, if the registry has another one or none; it is stored with the device
  --wait 300            seconds to wait for the first session here (with --from-csv 1800)
  --back                sends trackers back to where they came from, by a command of this installation, and shows the verdict
  --dry-run             prints what would be done, and sends and changes nothing
${API_HELP}

Exit code
  0   all are where they should be
  1   some are not
  2   nothing was done: invalid options, or a server does not answer`

export type Action =
  | { readonly kind: 'help' }
  | { readonly kind: 'problem'; readonly problem: string }
  | ({ readonly kind: 'traccar'; readonly url: string; readonly token: string; readonly to: Server } & Common)
  | ({ readonly kind: 'csv'; readonly text: string; readonly to: Server } & Common)
  | ({ readonly kind: 'back' } & Common)

type Common = {
  /** Null: all devices that this kind of run knows. */
  readonly ids: readonly string[] | null
  readonly oldServer: Server | null
  readonly register: boolean
  readonly password: string | null
  readonly waitMs: number
  readonly dryRun: boolean
  readonly api: {
    readonly data: string
    readonly url?: string | undefined
    readonly key?: string | undefined
  }
}

const options = {
  ...apiOptions,
  to: { type: 'string' },
  'from-traccar': { type: 'string' },
  token: { type: 'string' },
  'from-csv': { type: 'string' },
  ids: { type: 'string', multiple: true },
  'old-server': { type: 'string' },
  register: { type: 'boolean', default: false },
  password: { type: 'string' },
  wait: { type: 'string' },
  back: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

const WAIT_SECONDS = 300
/** How long to wait if a person has to send an SMS first. */
const WAIT_FOR_SMS_SECONDS = 1_800

const problem = (text: string): Action => ({ kind: 'problem', problem: text })

/** Parses the arguments. Never throws. */
export function readAction(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Action {
  let values
  try {
    values = parseArgs({ args: [...args], options }).values
  } catch (error) {
    return problem(error instanceof Error ? error.message : String(error))
  }
  if (values.help) return { kind: 'help' }
  const given = [values.back && '--back', values['from-traccar'] && '--from-traccar']
    .concat(values['from-csv'] && '--from-csv')
    .filter(Boolean)
  if (given.length !== 1) return problem('Use exactly one of --from-traccar, --from-csv and --back.')
  const ids = values.ids?.flatMap((list) => list.split(/[\s,]+/).filter((id) => id !== '')) ?? null
  const wrong = ids?.find((id) => !isDeviceId(id))
  if (wrong !== undefined) return problem(`--ids: "${wrong}" is not a device id.`)
  const oldServer = serverOption(values['old-server'])
  if (oldServer === false) return problem(`--old-server must be host:port, not "${values['old-server']}".`)
  if (values.password !== undefined && !/^\d{4,6}$/.test(values.password))
    return problem('--password must be 4 to 6 digits.')
  const standard = values['from-csv'] === undefined ? WAIT_SECONDS : WAIT_FOR_SMS_SECONDS
  const waitSeconds = Number(values.wait ?? standard)
  if (!(waitSeconds > 0)) return problem(`--wait must be seconds, not "${values.wait}".`)
  const common: Common = {
    ids,
    oldServer,
    register: values.register,
    password: values.password ?? null,
    waitMs: waitSeconds * 1_000,
    dryRun: values['dry-run'],
    api: { data: values.data, url: values.url, key: values.key },
  }
  if (values.back) return { kind: 'back', ...common }
  const to = serverOption(values.to)
  if (!to) return problem('--to HOST:PORT is missing or wrong: the address that trackers connect to.')
  if (values['from-csv'] !== undefined) {
    try {
      return { kind: 'csv', text: readFileSync(values['from-csv'], 'utf8'), to, ...common }
    } catch (error) {
      return problem(error instanceof Error ? error.message : String(error))
    }
  }
  const token = values.token ?? env['TRACCAR_TOKEN']
  if (!token) return problem('--token is missing: of a user of Traccar, or TRACCAR_TOKEN in the environment.')
  if (ids === null || ids.length === 0) return problem('--ids is missing: which devices are to move.')
  return { kind: 'traccar', url: values['from-traccar']!, token, to, ...common }
}

/** Whether the text is a server. */
const serverOption = (text: string | undefined): Server | null | false =>
  text === undefined ? null : (readServer(text) ?? false)
