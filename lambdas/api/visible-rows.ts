import type { HistoryKey, HistoryRow } from '../shared/domain/device-state.ts'
import type { RegisteredDevice } from '../shared/store/registered-device.ts'
import type { HistoryReader } from '../shared/store/history.ts'
import type { RowQuery } from '../shared/store/history-rows.ts'
import { orderByClock } from './order-by-clock.ts'

type VisibleRowsQuery = {
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly order: 'desc' | 'asc'
  readonly after?: HistoryKey | undefined
}

/**
 * Rows of this registration, ordered by their times as the device's clock is read today. Rows of an earlier, deleted
 * registration are left out; they are being deleted.
 */
export async function* readVisibleRows(
  history: HistoryReader,
  { deviceId, purgeBefore, clockSetAt, overrides: { utcOffsetMinutes } }: RegisteredDevice,
  { from, to, order, after }: VisibleRowsQuery,
): AsyncGenerator<HistoryRow> {
  const query: RowQuery = {
    order,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(after !== undefined && { after }),
  }
  const read = (stored: RowQuery): AsyncIterable<HistoryRow> => history.readRows(deviceId, stored)
  const rows =
    clockSetAt === null ? read(query) : orderByClock(read, query, { utcOffsetMinutes, setAt: clockSetAt })
  for await (const row of rows) {
    if (purgeBefore === null || row.receivedAt >= purgeBefore) yield row
  }
}
