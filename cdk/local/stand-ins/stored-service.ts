import type { Identities, OnCall } from './identities.ts'

/** Options of a service that stores data: in memory, or in the folder `path`, which survives kill -9. */
export type StoredService = {
  readonly path?: string
  /** The keys whose requests are accepted. */
  readonly identities?: Identities
  /** Called with every call before it is executed. */
  readonly onCall?: OnCall | undefined
  /** Called with the reason when data cannot be written, and with null when it can be written again. */
  readonly onStorage?: (problem: string | null) => void
  readonly onError?: (message: string, cause: unknown) => void
  readonly now?: () => number
}
