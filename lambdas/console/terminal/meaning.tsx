import { decode, frameOf, statusBits, type Message } from '#h02'
import { FactList } from '../parts/fact-list.tsx'
import { toDayAndClock, toDistance, toExactSpeed } from '../parts/format.ts'
import { bytesOf, type WireRow } from '../state/terminal.ts'
import { groupHex } from './visible-text.tsx'
import { inOwnLanguage } from '../text/sentences.ts'
import { t } from '../text/text.ts'

type Field = readonly [name: string, value: string]

const text = (value: unknown): string => String(value)
const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

function fieldsOf(message: Message, receivedAt: number): Field[] {
  const { position, reply } = message
  const names = t.terminal.fields
  const fields: (Field | null)[] = [
    [names.type, message.type ?? t.terminal.presenceOnly],
    message.id === null ? null : [names.deviceId, message.id],
    message.maker === null ? null : [names.maker, message.maker],
    position === null ? null : [names.fix, position.valid ? t.terminal.valid : t.terminal.void],
    position?.fixTime == null
      ? null
      : [names.fixTime, `${iso(position.fixTime)}  (${lagOf(position.fixTime, receivedAt)})`],
    message.deviceTime === null ? null : [names.deviceTime, iso(message.deviceTime)],
    position?.latitude == null ? null : [names.latitude, `${position.latitude}°`],
    position?.longitude == null ? null : [names.longitude, `${position.longitude}°`],
    position?.speedKnots == null
      ? null
      : [names.speed, `${toExactSpeed(position.speedKmh ?? 0)}  (${position.speedKnots} kn)`],
    position?.course == null ? null : [names.course, `${position.course}°`],
    reply?.command == null ? null : [names.replyTo, reply.command],
    reply?.cmdTime == null ? null : [names.commandTime, reply.cmdTime],
    reply === null || reply.params.length === 0 ? null : [names.parameters, reply.params.join(', ')],
    reply?.result == null ? null : [names.result, reply.result],
    message.batteryPercent === null ? null : [names.battery, `${message.batteryPercent} %`],
    message.voltage === null ? null : [names.voltage, `${message.voltage} V`],
    message.gsm === null ? null : [names.gsm, text(message.gsm)],
    message.satellites === null ? null : [names.satellites, text(message.satellites)],
    message.mileageKm === null ? null : [names.mileage, toDistance(message.mileageKm)],
    message.iccid === null ? null : [names.iccid, message.iccid],
    message.binary === null
      ? null
      : [names.length, t.terminal.bytesAndTail(message.binary.length, groupHex(message.binary.tail))],
    ...message.cells.map((cell, i): Field => {
      const network = cell.mcc === null ? '' : `${cell.mcc}-${cell.mnc} `
      return [
        t.terminal.cell(i + 1),
        `${network}lac ${cell.lac} cid ${cell.cid}${cell.dbm === null ? '' : ` ${cell.dbm} dBm`}`,
      ]
    }),
    ...message.wifi.map((one, i): Field => [
      t.terminal.wifi(i + 1),
      `${one.bssid} ${one.dbm === null ? '' : `${one.dbm} dBm`}`,
    ]),
    ...Object.entries(message.details).map(([name, value]): Field => [name, text(value)]),
    message.extra.length === 0 ? null : [names.rest, message.extra.join(', ')],
  ]
  return fields.filter((field) => field !== null)
}

const lagOf = (fixTime: number, receivedAt: number): string => {
  const seconds = Math.round((receivedAt - fixTime) / 1000)
  return seconds >= 0 ? t.terminal.cameLater(seconds) : t.terminal.ahead(-seconds)
}

function StatusBits({ message }: { message: Message }) {
  if (message.status === null) return null
  const { word, clear } = message.status
  return (
    <div class="bits">
      <h4>{t.terminal.statusWord(<code>{word}</code>, <small>{t.terminal.statusHint}</small>)}</h4>
      {clear.length === 0 ? (
        <p class="hint">{t.terminal.noCondition}</p>
      ) : (
        <ul>
          {clear.map((number) => {
            const bit = statusBits[number]!
            return (
              <li key={number}>
                <span class={`chip ${bit.kind}`}>{number}</span> {t.words.bits[bit.name] ?? bit.meaning}
                {bit.confidence !== 'certain' && <small> ({t.terminal.confidences[bit.confidence]})</small>}
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
        {toDayAndClock(row.receivedAt)} · {t.terminal.session(row.sessionId.slice(-8), row.seq, bytes.length)}
        {row.ack !== null && t.terminal.acknowledged(row.ack)}
      </p>
      {decoded?.ok === false && (
        <p class="trouble">
          {t.terminal.notDecoded(inOwnLanguage(decoded.reason), inOwnLanguage(decoded.detail))}
        </p>
      )}
      {decoded?.ok && (
        <>
          <FactList facts={fieldsOf(decoded.message, row.receivedAt)} />
          <StatusBits message={decoded.message} />
          {decoded.warnings.map((warning) => (
            <p key={warning} class="hint">
              {t.terminal.noteOf(inOwnLanguage(warning))}
            </p>
          ))}
        </>
      )}
      <details>
        <summary>{t.terminal.bytes}</summary>
        <code class="hex">{groupHex(row.hex)}</code>
      </details>
    </div>
  )
}
