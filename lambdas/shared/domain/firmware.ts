/** The firmware as a device reports it; evidence is counted by it. */
import { plainModel } from '#h02'

/** Until a reply contains it. */
export const UNKNOWN_FIRMWARE = 'unknown'

/**
 * The firmware after a reply. RCONF contains only a version (`V5.42`), CXZT all of it (`W07_ENSMS_10D6J_B39_V5.42-TQ`):
 * a part of the known text is ignored.
 */
export const fullerFirmware = (known: string | null, reported: string | undefined): string | null =>
  reported === undefined || reported === '' || (isVersionOnly(reported) && known?.includes(reported) === true)
    ? known
    : reported

/** True if it is only a version, without the name of a firmware before it. */
export const isVersionOnly = (firmware: string): boolean => /^V?_?\d/i.test(firmware)

/** The family in a firmware's prefix: `ST906(70SACD)_TQ_V_2.0 2024/06/07` belongs to ST906. */
export function familyOf(firmware: string): string {
  if (firmware === UNKNOWN_FIRMWARE) return UNKNOWN_FIRMWARE
  const prefix = /^[^(_:\s]*/.exec(firmware)?.[0] ?? ''
  return plainModel(prefix) || UNKNOWN_FIRMWARE
}

/** `model`: as registered; the others as the device reports them. */
type KnownModel = {
  readonly model: string | null
  readonly seenModel: string | null
  readonly seenFirmware: string | null
}

/**
 * The model that decides how a device's frames and commands are interpreted: the registered one, else the reported one.
 * TQ firmware of the L types (ST-906L and relatives) leaves the L out.
 */
export function effectiveModel({ model, seenModel, seenFirmware }: KnownModel): string | null {
  if (model !== null || seenModel === null) return model
  const isTq = seenFirmware !== null && /_TQ_/.test(seenFirmware)
  return isTq && /^ST9\d\d$/.test(plainModel(seenModel)) ? `${seenModel}L` : seenModel
}

/** True if it is the registered or the reported model, in any spelling. */
export const isOfModel = (device: KnownModel, model: string): boolean =>
  [device.model, device.seenModel, effectiveModel(device)].some(
    (one) => one !== null && plainModel(one) === plainModel(model),
  )

/** True if it is the reported firmware, or its family, such as ST906. */
export const isOfFirmware = ({ seenFirmware }: KnownModel, firmware: string): boolean =>
  seenFirmware !== null && (seenFirmware === firmware || familyOf(seenFirmware) === plainModel(firmware))
