import type { Danger } from './types.ts'

/** Why a command asks for a confirmation, as the end of "It …"; null: it does not ask. */
export const dangerReasons: Readonly<Record<Danger, string | null>> = {
  harmless: null,
  sensitive: 'may give others power over the car, let them listen in, or silence its alarms',
  disruptive: 'may make the device unreachable over the network, or lose its settings',
  dangerous: 'acts on a car that may be moving',
}

/** Of bytes that the catalogue does not recognise. */
export const UNKNOWN_BYTES_REASON =
  'holds bytes that the catalogue does not recognise, so what they do is not known'
