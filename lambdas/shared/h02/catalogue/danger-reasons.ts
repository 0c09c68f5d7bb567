import type { Danger } from './types.ts'

/** Why a command requires a confirmation, as the end of a sentence "It …"; null: it does not. */
export const dangerReasons: Readonly<Record<Danger, string | null>> = {
  harmless: null,
  sensitive: 'may give others power over the car, let them listen in, or silence its alarms',
  disruptive: 'may make the device unreachable over the network, or lose its settings',
  dangerous: 'acts on a car that may be moving',
}

/** For bytes that the catalogue does not recognize. */
export const UNKNOWN_BYTES_REASON =
  'contains bytes that the catalogue does not recognise, so their effect is not known'
