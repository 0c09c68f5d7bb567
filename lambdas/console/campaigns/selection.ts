/** The typed selection of devices, and the devices that it matches. */
import type { DeviceAnswer, NewCampaign } from '../api/types.ts'
import { readIds, readLabels } from '../parts/labels.ts'
import { isOfFirmware, isOfModel } from '../../shared/domain/firmware.ts'
import { hasLabels, toFilter } from '../../shared/domain/labels.ts'

export type Select = NewCampaign['select']
export type SelectionText = {
  readonly labels: string
  readonly model: string
  readonly firmware: string
  readonly ids: string
}

export const emptySelection: SelectionText = { labels: '', model: '', firmware: '', ids: '' }

/** Null if nothing was typed. Throws a readable sentence for a field that is not valid. */
export function readSelection(text: SelectionText): Select | null {
  const labels = readLabels(text.labels)
  const ids = readIds(text.ids)
  const [model, firmware] = [text.model.trim(), text.firmware.trim()]
  const select = {
    ...(ids !== null && { ids }),
    ...(labels !== null && { labels }),
    ...(model !== '' && { model }),
    ...(firmware !== '' && { firmware }),
  }
  return Object.keys(select).length === 0 ? null : select
}

/** The devices that match every field, as the API selects them. */
export function matching(devices: readonly DeviceAnswer[], select: Select): readonly DeviceAnswer[] {
  const filter = toFilter(select.labels ?? null)
  const ids = select.ids === undefined ? null : new Set(select.ids)
  return devices.filter((device) => {
    const known = { model: device.model, seenModel: device.seenModel, seenFirmware: device.firmware }
    return (
      (ids === null || ids.has(device.deviceId)) &&
      hasLabels(device.labels, filter) &&
      (select.model === undefined || isOfModel(known, select.model)) &&
      (select.firmware === undefined || isOfFirmware(known, select.firmware))
    )
  })
}

const distinct = (texts: readonly (string | null)[]): readonly string[] =>
  [...new Set(texts.filter((text) => text !== null))].toSorted()

/** Suggestions for the fields. */
export const choicesOf = (devices: readonly DeviceAnswer[]) => ({
  models: distinct(devices.flatMap(({ model, seenModel }) => [model, seenModel])),
  firmwares: distinct(devices.map(({ firmware }) => firmware)),
  labels: distinct(
    devices.flatMap(({ labels }) => Object.entries(labels).map(([name, value]) => `${name}=${value}`)),
  ),
})
