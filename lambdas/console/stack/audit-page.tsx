import { useState } from 'preact/hooks'
import { answerOf, readAll } from '../api/client.ts'
import type { AuditRecord } from '../api/types.ts'
import { reasonText } from '../parts/command-words.ts'
import { boundsOfDay } from '../parts/days.ts'
import { InputField } from '../parts/fields.tsx'
import { toDayAndClock } from '../parts/format.ts'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { linkTo } from '../state/route.ts'
import { api } from '../state/session.ts'
import { useAnswer } from '../state/use-answer.ts'
import { StackPageFrame } from './stack-page.tsx'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

const PAGE_SIZE = 100

type Filter = {
  readonly deviceId: string
  readonly keyId: string
  /** YYYY-MM-DD in this browser's time zone, both days included; empty: no limit. */
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

/** The details of a step: the command with its verdict, or the changed fields. */
function whatText({ intent, verdict, reason, details }: AuditRecord): string {
  const command = [intent, verdict && t.words.verdicts[verdict], reason && reasonText(reason)]
    .filter((part) => part !== null)
    .join(', ')
  const change = details === null ? '' : JSON.stringify(details)
  return [command, change].filter((part) => part !== '').join(' ')
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const [text, setText] = useState(filter)
  const inputOf = (name: keyof Filter) => ({
    name,
    value: text[name],
    onInput: (value: string) => setText({ ...text, [name]: value }),
  })
  return (
    <form
      aria-label={t.stack.searchAudit}
      onSubmit={(event) => {
        event.preventDefault()
        onChange(text)
      }}
    >
      <div class="columns">
        <InputField
          id="audit-device"
          label={t.stack.deviceId}
          inputMode="numeric"
          pattern="[0-9]{1,15}"
          {...inputOf('deviceId')}
        />
        <InputField id="audit-key" label={t.stack.keyId} {...inputOf('keyId')} />
        <InputField id="audit-from" label={t.stack.fromDay} type="date" {...inputOf('from')} />
        <InputField id="audit-to" label={t.stack.toDay} type="date" {...inputOf('to')} />
      </div>
      <button type="submit">{t.stack.search}</button>
    </form>
  )
}

function Row({ record }: { record: AuditRecord }) {
  const { at, step, who, keyName, address, deviceId } = record
  return (
    <tr>
      <td>{toDayAndClock(Date.parse(at))}</td>
      <td>{wordOf(t.stack.steps, step)}</td>
      <td>{deviceId !== null && <a href={linkTo(deviceId)}>{deviceId}</a>}</td>
      <td class="answer">{whatText(record)}</td>
      <td>
        <bdi>{keyName ?? who}</bdi> <small>{address}</small>
      </td>
    </tr>
  )
}

/** The audit: who did what. Entries are kept permanently. */
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
      <h1>{t.stack.audit}</h1>
      <p class="hint">{t.stack.auditHint}</p>
      <Filters filter={filter} onChange={setFilter} />
      <Trouble text={trouble} />
      {data?.length === 0 && <p class="empty">{t.stack.noAudit}</p>}
      {data !== null && data.length > 0 && (
        <Table
          label={t.stack.auditEntries}
          columns={[t.stack.when, t.stack.step, t.stack.device, t.stack.what, t.stack.who]}
        >
          {data.map((record, i) => (
            <Row key={`${record.at} ${record.step} ${i}`} record={record} />
          ))}
        </Table>
      )}
      {data !== null && data.length >= maxItems && (
        <button onClick={() => setMaxItems(maxItems + PAGE_SIZE)}>{t.stack.older}</button>
      )}
    </StackPageFrame>
  )
}
