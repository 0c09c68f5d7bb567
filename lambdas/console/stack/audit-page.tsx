import { useState } from 'preact/hooks'
import { answerOf, readAll } from '../api/client.ts'
import type { AuditRecord } from '../api/types.ts'
import { boundsOfDay, toDayAndClock } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { linkTo } from '../state/route.ts'
import { api } from '../state/session.ts'
import { useAnswer } from '../state/use-answer.ts'
import { StackPageFrame } from './stack-page.tsx'

const PAGE_SIZE = 100

type Filter = {
  readonly deviceId: string
  readonly keyId: string
  /** YYYY-MM-DD of this browser's time zone, both included; empty: open. */
  readonly from: string
  readonly to: string
}
const everything: Filter = { deviceId: '', keyId: '', from: '', to: '' }

const toQuery = ({ deviceId, keyId, from, to }: Filter) => ({
  ...(deviceId.trim() !== '' && { deviceId: deviceId.trim() }),
  ...(keyId.trim() !== '' && { keyId: keyId.trim() }),
  ...(from !== '' && { from: new Date(boundsOfDay(from).from).toISOString() }),
  ...(to !== '' && { to: new Date(boundsOfDay(to).to).toISOString() }),
})

/** What was done, beside the step: the command with its verdict, or the details of a change. */
function whatText({ intent, verdict, reason, details }: AuditRecord): string {
  const command = [intent, verdict, reason].filter((part) => part !== null).join(', ')
  const change = details === null ? '' : JSON.stringify(details)
  return [command, change].filter((part) => part !== '').join(' ')
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const [text, setText] = useState(filter)
  const onInput = (event: { readonly currentTarget: HTMLInputElement }): void => {
    const { name, value } = event.currentTarget
    setText({ ...text, [name]: value })
  }
  return (
    <form
      aria-label="Search the audit"
      onSubmit={(event) => {
        event.preventDefault()
        onChange(text)
      }}
    >
      <div class="columns">
        <div class="field">
          <label for="audit-device">Device id</label>
          <input
            id="audit-device"
            name="deviceId"
            inputMode="numeric"
            pattern="[0-9]{1,15}"
            value={text.deviceId}
            onInput={onInput}
          />
        </div>
        <div class="field">
          <label for="audit-key">Key id</label>
          <input id="audit-key" name="keyId" value={text.keyId} onInput={onInput} />
        </div>
        <div class="field">
          <label for="audit-from">From day</label>
          <input id="audit-from" name="from" type="date" value={text.from} onInput={onInput} />
        </div>
        <div class="field">
          <label for="audit-to">To day</label>
          <input id="audit-to" name="to" type="date" value={text.to} onInput={onInput} />
        </div>
      </div>
      <button type="submit">Search</button>
    </form>
  )
}

function Row({ record }: { record: AuditRecord }) {
  const { at, step, who, keyName, address, deviceId } = record
  return (
    <tr>
      <td>{toDayAndClock(Date.parse(at))}</td>
      <td>{step.replaceAll('-', ' ')}</td>
      <td>{deviceId !== null && <a href={linkTo(deviceId)}>{deviceId}</a>}</td>
      <td class="answer">{whatText(record)}</td>
      <td>
        <bdi>{keyName ?? who}</bdi> <small>{address}</small>
      </td>
    </tr>
  )
}

/** Who did what: kept permanently. */
export function AuditPage() {
  const [filter, setFilter] = useState(everything)
  const [maxItems, setMaxItems] = useState(PAGE_SIZE)
  const read = () =>
    readAll<AuditRecord>(
      (cursor) =>
        answerOf(
          api.GET('/v1/audit', { params: { query: { ...toQuery(filter), limit: PAGE_SIZE, cursor } } }),
        ),
      { maxItems },
    )
  const { data, trouble } = useAnswer(read, { key: JSON.stringify([filter, maxItems]) })
  return (
    <StackPageFrame>
      <h1>Audit</h1>
      <p class="hint">Who did what with devices, commands, keys and secrets. Entries are only ever added.</p>
      <Filters filter={filter} onChange={setFilter} />
      <Trouble text={trouble} />
      {data?.length === 0 && (
        <p class="empty">Nothing of this kind was done in that time. Search less narrowly.</p>
      )}
      {data !== null && data.length > 0 && (
        <div class="table" tabIndex={0} role="region" aria-label="Audit entries, newest first">
          <table>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Step</th>
                <th scope="col">Device</th>
                <th scope="col">What</th>
                <th scope="col">Who</th>
              </tr>
            </thead>
            <tbody>
              {data.map((record, i) => (
                <Row key={`${record.at} ${record.step} ${i}`} record={record} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data !== null && data.length >= maxItems && (
        <button onClick={() => setMaxItems(maxItems + PAGE_SIZE)}>Older entries</button>
      )}
    </StackPageFrame>
  )
}
