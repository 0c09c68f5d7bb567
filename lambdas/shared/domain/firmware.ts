/** The firmware as a device reports it, which evidence is counted by. */
import { plainModel } from '#h02'

/** Until a reply names it. */
export const UNKNOWN_FIRMWARE = 'unknown'

/**
 * What is known after a reply. RCONF names a version only (`V5.42`), CXZT all of it (`W07_ENSMS_10D6J_B39_V5.42-TQ`): a
 * part of what is known teaches nothing.
 */
export const fullerFirmware = (known: string | null, reported: string | undefined): string | null =>
  reported === undefined || reported === '' || (isVersionOnly(reported) && known?.includes(reported) === true)
    ? known
    : reported

/** Without the name of a firmware before it. */
export const isVersionOnly = (firmware: string): boolean => /^V?_?\d/i.test(firmware)

/** The family that a firmware's prefix names: `ST906(70SACD)_TQ_V_2.0 2024/06/07` is of ST906. */
export function familyOf(firmware: string): string {
  if (firmware === UNKNOWN_FIRMWARE) return UNKNOWN_FIRMWARE
  const prefix = /^[^(_:\s]*/.exec(firmware)?.[0] ?? ''
  return plainModel(prefix) || UNKNOWN_FIRMWARE
}

/**
 * The model that a device is read and addressed by: the registered one, else the one that it reports. TQ firmware of the
 * L types (ST-906L and relatives) leaves the L out.
 */
export function effectiveModel({
  model,
  seenModel,
  seenFirmware,
}: {
  readonly model: string | null
  readonly seenModel: string | null
  readonly seenFirmware: string | null
}): string | null {
  if (model !== null || seenModel === null) return model
  const isTq = seenFirmware !== null && /_TQ_/.test(seenFirmware)
  return isTq && /^ST9\d\d$/.test(plainModel(seenModel)) ? `${seenModel}L` : seenModel
}
