import type { HistoryPlace, HistoryRow } from '../shared/domain/device-state.ts'
import type { RegisteredDevice } from '../shared/store/devices.ts'
import type { HistoryReader } from '../shared/store/history.ts'

type Wanted = {
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly order: 'desc' | 'asc'
  readonly after?: HistoryPlace | undefined
}

/** Rows of this registration: what an earlier, deleted one left behind is on its way out. */
export async function* readVisibleRows(
  history: HistoryReader,
  { deviceId, purgeBefore }: RegisteredDevice,
  { from, to, order, after }: Wanted,
): AsyncGenerator<HistoryRow> {
  const query = {
    order,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(after !== undefined && { after }),
  }
  for await (const row of history.readRows(deviceId, query)) {
    if (purgeBefore === null || row.receivedAt >= purgeBefore) yield row
  }
}
