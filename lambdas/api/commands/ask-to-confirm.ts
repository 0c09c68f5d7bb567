import type { Metadata } from '../../shared/domain/command.ts'
import type { HistoryRow } from '../../shared/domain/device-state.ts'
import type { CommandedDevice } from '../../shared/store/command-save.ts'
import type { ApiParts, Caller } from '../app-type.ts'
import { noSuchDevice } from '../devices/require-device.ts'
import { toReceivedIso } from '../iso-time.ts'
import { masksFor } from '../mask.ts'
import { CONFIRMATION_MS, JUDGED_HISTORY_MS, judgeStored, type ConfirmationAnswer } from './confirmation.ts'
import type { Plan } from './plan.ts'
import { refuseObstructed } from './submit.ts'

/** More than a device sends in a minute; the gateway keeps no more either. */
const MAX_JUDGED_ROWS = 128

/** The first step of a dangerous command: reports the car's speed and sends nothing. */
export function createAskToConfirm({
  commands,
  confirmations,
  history,
  engine,
  now,
}: Pick<ApiParts, 'commands' | 'confirmations' | 'history' | 'engine' | 'now'>) {
  const readNewest = async (
    { deviceId, purgeBefore }: CommandedDevice,
    at: number,
  ): Promise<HistoryRow[]> => {
    const rows: HistoryRow[] = []
    for await (const row of history.readRows(deviceId, { from: at - JUDGED_HISTORY_MS, order: 'desc' })) {
      if (purgeBefore === null || row.receivedAt >= purgeBefore) rows.push(row)
      if (rows.length >= MAX_JUDGED_ROWS) break
    }
    return rows
  }

  return async (
    deviceId: string,
    commandId: string,
    { metadata, ...plan }: Plan & { readonly metadata?: Metadata | undefined },
    caller: Caller,
  ): Promise<ConfirmationAnswer> => {
    const at = now()
    const device = await commands.readDevice(deviceId)
    if (!device?.registered) throw noSuchDevice(deviceId)
    refuseObstructed(device, at)
    const expiresAt = at + CONFIRMATION_MS
    const { intent, title, params, raw, dialect } = plan
    const asked = {
      deviceId,
      commandId,
      callerId: caller.keyId,
      intent,
      params,
      raw,
      dialect,
      ...(metadata && { metadata }),
    }
    const token = await confirmations.create({ ...asked, createdAt: at, expiresAt })
    return {
      token,
      expiresAt: toReceivedIso(expiresAt),
      intent,
      title,
      params: masksFor(caller).params(intent, params),
      ...judgeStored(await readNewest(device, at), await history.readState(deviceId), engine.interlock, at),
    }
  }
}
