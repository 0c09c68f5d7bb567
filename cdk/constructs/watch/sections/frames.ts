import { five, type Curves, type Section } from './curves.ts'

/** From the socket into the table. */
export const framesSection = ({ ours, each }: Curves): Section => ({
  question: 'Are frames stored?',
  hint: 'Frames in and rows stored run in parallel. Age is from the socket to the table, the batch window included.',
  charts: [
    {
      title: 'Frames by type',
      kind: 'areas',
      unit: 'per minute',
      curves: [each('gateway', 'Frames', 'type')],
    },
    {
      title: 'From socket to table',
      kind: 'lines',
      unit: 'ms',
      curves: [
        ours('ingest', 'StoredAge', 'median', 'p50'),
        ours('ingest', 'StoredAge', 'slowest in a hundred', 'p99'),
      ],
    },
    {
      title: 'Undecodable by reason',
      kind: 'lines',
      unit: 'frames per 5 minutes',
      curves: [each('ingest', 'Undecodable', 'reason', five)],
    },
    {
      title: 'Acknowledged and stored',
      kind: 'lines',
      unit: 'per minute',
      curves: [
        ours('gateway', 'Acked', 'acknowledged'),
        ours('ingest', 'RowsStored', 'rows stored'),
        ours('ingest', 'ChunksWritten', 'chunks written'),
      ],
    },
  ],
})
