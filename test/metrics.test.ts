import { expect, it } from 'vitest'
import { createMetrics } from '#shared/metrics.ts'

const linesOf = (part: string, send: (metrics: ReturnType<typeof createMetrics>) => void): any[] => {
  const lines: any[] = []
  const metrics = createMetrics(
    { stage: 'test', part },
    (line) => lines.push(JSON.parse(line)),
    () => 1_700_000_000_000,
  )
  send(metrics)
  metrics.flush()
  return lines
}

it('metrics: numbers that no chart reads are logged but not declared, because each metric costs', () => {
  const [line, ...more] = linesOf('control', (metrics) => {
    metrics.count('SweepFailed')
    metrics.count('Swept', 7)
  })
  expect(more).toEqual([])
  expect(line).toMatchObject({ stage: 'test', part: 'control', SweepFailed: 1, Swept: 7 })
  expect(line._aws).toEqual({
    Timestamp: 1_700_000_000_000,
    CloudWatchMetrics: [
      {
        Namespace: 'H02',
        Dimensions: [['stage', 'part']],
        Metrics: [{ Name: 'SweepFailed', Unit: 'Count' }],
      },
    ],
  })
})

it('metrics: a line without declared metrics is plain; CloudWatch refuses an empty declaration', () => {
  const lines = linesOf('ingest', (metrics) => metrics.count('Decoded', 3, { type: 'V1' }))
  expect(lines).toEqual([{ stage: 'test', part: 'ingest', type: 'V1', Decoded: 3 }])
})

it('metrics: the same name can be logged only by one part and be a metric of another', () => {
  const declared = (part: string): unknown =>
    linesOf(part, (metrics) => metrics.measure('TimeToConclude', 900))[0]._aws?.CloudWatchMetrics[0].Metrics
  expect(declared('api')).toEqual([{ Name: 'TimeToConclude', Unit: 'Milliseconds' }])
  expect(declared('control')).toBeUndefined()
})

it('metrics: with few metrics, numbers that no alarm reads are only logged', () => {
  const lines: any[] = []
  const metrics = createMetrics(
    { stage: 'test', part: 'gateway' },
    (line) => lines.push(JSON.parse(line)),
    () => 1,
    true,
  )
  metrics.gauge('OpenSockets', 3, 'Count')
  metrics.gauge('BufferedBytes', 7, 'Bytes')
  metrics.flush()
  expect(lines[0]).toMatchObject({ OpenSockets: 3, BufferedBytes: 7 })
  expect(lines[0]._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: 'OpenSockets', Unit: 'Count' }])
})
