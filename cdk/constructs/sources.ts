import type { Config } from '../config.ts'
import type { Api } from './api.ts'
import type { Control } from './control.ts'
import type { Data } from './data.ts'
import type { Entry } from './entry.ts'
import type { Gateway } from './gateway.ts'
import type { Ingest } from './ingest.ts'
import type { LogStream } from './log-stream.ts'
import type { Notify } from './notify.ts'
import type { Canary } from './canary.ts'

/** Everything that dashboard, alarms and queries look at. */
export type Sources = {
  readonly config: Config
  readonly data: Data
  readonly log: LogStream
  readonly entry: Entry
  readonly gateway: Gateway
  readonly ingest: Ingest
  readonly control: Control
  readonly api: Api
  readonly notify: Notify
  readonly canary: Canary | null
}
