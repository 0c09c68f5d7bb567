/** Accepts PutRecords like Kinesis, and remembers when each frame arrived. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeLogRecord } from '#shared/domain/log-record.ts'
import { FIRST_ID, rollHash, sharedClock } from './ids.ts'
import { answerParent } from './part.ts'

/** Of one device: all bytes of its frames as one number, and when each that is owed an ack was taken, in order. */
export type Taken = { hash: number; readonly owedAt: number[] }

const taken = new Map<number, Taken>()
let calls = 0
let sequence = 0

function take(data: string, at: number): void {
  for (const { kind, deviceId, ack, raw } of decodeLogRecord(Buffer.from(data, 'base64'))) {
    if (kind !== 'frame' && kind !== 'rest') continue
    const device = Number(deviceId) - FIRST_ID
    let one = taken.get(device)
    if (!one) taken.set(device, (one = { hash: 0, owedAt: [] }))
    if (ack !== 'none') one.owedAt.push(at)
    one.hash = rollHash(one.hash, raw)
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    calls++
    const at = sharedClock()
    const { Records } = JSON.parse(Buffer.concat(chunks).toString()) as { Records: { Data: string }[] }
    const results = Records.map(() => ({
      SequenceNumber: String(++sequence),
      ShardId: 'shardId-000000000000',
    }))
    for (const { Data } of Records) take(Data, at)
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify({ FailedRecordCount: 0, Records: results }))
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')

answerParent({
  endpoint: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  taken: () => taken,
  counts: () => ({ calls, records: sequence }),
})
