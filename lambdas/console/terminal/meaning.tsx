import { decode, frameOf, statusBits, type Message } from '#h02'
import { toDayAndClock } from '../parts/format.ts'
import { bytesOf, type WireRow } from '../state/terminal.ts'
import { groupHex } from './visible-text.tsx'

type Field = readonly [name: string, value: string]

const text = (value: unknown): string => String(value)
const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

function fieldsOf(message: Message, receivedAt: number): Field[] {
  const { position, reply } = message
  const fields: (Field | null)[] = [
    ['type', message.type ?? 'none (presence only)'],
    message.id === null ? null : ['device id', message.id],
    message.maker === null ? null : ['maker', message.maker],
    position === null ? null : ['fix', position.valid ? 'valid' : 'void: the last known position, repeated'],
    position?.fixTime == null
      ? null
      : ['fix time', `${iso(position.fixTime)}  (${lagOf(position.fixTime, receivedAt)})`],
    message.deviceTime === null ? null : ['device time', iso(message.deviceTime)],
    position?.latitude == null ? null : ['latitude', `${position.latitude}°`],
    position?.longitude == null ? null : ['longitude', `${position.longitude}°`],
    position?.speedKnots == null ? null : ['speed', `${position.speedKmh} km/h  (${position.speedKnots} kn)`],
    position?.course == null ? null : ['course', `${position.course}°`],
    reply?.command == null ? null : ['reply to', reply.command],
    reply?.cmdTime == null ? null : ['command time', reply.cmdTime],
    reply === null || reply.params.length === 0 ? null : ['parameters', reply.params.join(', ')],
    reply?.result == null ? null : ['result', reply.result],
    message.batteryPercent === null ? null : ['battery', `${message.batteryPercent} %`],
    message.voltage === null ? null : ['voltage', `${message.voltage} V`],
    message.gsm === null ? null : ['GSM', text(message.gsm)],
    message.satellites === null ? null : ['satellites', text(message.satellites)],
    message.mileageKm === null ? null : ['mileage', `${message.mileageKm} km`],
    message.iccid === null ? null : ['ICCID', message.iccid],
    message.binary === null
      ? null
      : ['length', `${message.binary.length} bytes, tail ${groupHex(message.binary.tail)}`],
    ...message.cells.map((cell, i): Field => {
      const network = cell.mcc === null ? '' : `${cell.mcc}-${cell.mnc} `
      return [
        `cell ${i + 1}`,
        `${network}lac ${cell.lac} cid ${cell.cid}${cell.dbm === null ? '' : ` ${cell.dbm} dBm`}`,
      ]
    }),
    ...message.wifi.map((one, i): Field => [
      `wifi ${i + 1}`,
      `${one.bssid} ${one.dbm === null ? '' : `${one.dbm} dBm`}`,
    ]),
    ...Object.entries(message.details).map(([name, value]): Field => [name, text(value)]),
    message.extra.length === 0 ? null : ['rest, as sent', message.extra.join(', ')],
  ]
  return fields.filter((field) => field !== null)
}

const lagOf = (fixTime: number, receivedAt: number): string => {
  const seconds = Math.round((receivedAt - fixTime) / 1000)
  return seconds >= 0 ? `came ${seconds} s later` : `${-seconds} s ahead of us`
}

function StatusBits({ message }: { message: Message }) {
  if (message.status === null) return null
  const { word, clear } = message.status
  return (
    <div class="bits">
      <h4>
        Status word <code>{word}</code> <small>a bit that is 0 means that its condition holds</small>
      </h4>
      {clear.length === 0 ? (
        <p class="hint">No condition holds.</p>
      ) : (
        <ul>
          {clear.map((number) => {
            const bit = statusBits[number]!
            return (
              <li key={number}>
                <span class={`chip ${bit.kind}`}>{number}</span> {bit.meaning}
                {bit.confidence !== 'certain' && <small> ({bit.confidence})</small>}
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}

/** The meaning of a frame, field by field, decoded in the browser by the server's decoder. */
export function Meaning({ row }: { row: WireRow }) {
  if (row.hex === null) return null
  const bytes = bytesOf(row.hex)
  const decoded = row.direction === 'up' ? decode(frameOf(bytes)) : null
  return (
    <div class="meaning">
      <p class="hint">
        {toDayAndClock(row.receivedAt)} · session {row.sessionId.slice(-8)} #{row.seq} · {bytes.length} bytes
        {row.ack !== null && ` · acknowledged: ${row.ack}`}
      </p>
      {decoded?.ok === false && (
        <p class="trouble">
          Not decoded: {decoded.reason}, {decoded.detail}
        </p>
      )}
      {decoded?.ok && (
        <>
          <dl>
            {fieldsOf(decoded.message, row.receivedAt).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <StatusBits message={decoded.message} />
          {decoded.warnings.map((warning) => (
            <p key={warning} class="hint">
              Note: {warning}
            </p>
          ))}
        </>
      )}
      <details>
        <summary>Bytes</summary>
        <code class="hex">{groupHex(row.hex)}</code>
      </details>
    </div>
  )
}
