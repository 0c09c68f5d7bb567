import { useEffect, useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { EvidenceRow } from '../api/types.ts'
import { isolate } from '../parts/format.ts'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

const verdictsOf = ({ verdicts }: EvidenceRow['evidence']): string =>
  Object.entries(verdicts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([verdict, count]) => `${count} ${wordOf(t.words.verdicts, verdict)}`)
    .join(', ')

/** Firmware families by commands: what each firmware answered here, and what took effect. */
export function EvidencePage() {
  const [models, setModels] = useState<readonly string[] | null>(null)
  const [model, setModel] = useState<string | null>(null)
  const [rows, setRows] = useState<readonly EvidenceRow[]>([])
  const [sought, setSought] = useState('')
  const [trouble, setTrouble] = useState<string | null>(null)
  const fail = (error: unknown): void => setTrouble(error instanceof Error ? error.message : String(error))

  useEffect(() => {
    answerOf(api.GET('/v1/evidence')).then((answer) => {
      if (answer.kind !== 'models') return
      setModels(answer.models)
      setModel(answer.models[0] ?? null)
    }, fail)
  }, [])
  useEffect(() => {
    if (model === null) return
    answerOf(api.GET('/v1/evidence', { params: { query: { model } } })).then((answer) => {
      if (answer.kind !== 'model') return
      setRows(answer.items)
      setTrouble(null)
    }, fail)
  }, [model])

  const shown = rows.filter(({ intent, firmware }) => `${intent} ${firmware}`.toLowerCase().includes(sought))
  return (
    <main class="evidence">
      <h1>{t.evidence.title}</h1>
      <p class="hint">{t.evidence.about}</p>
      <Trouble text={trouble} />
      {models?.length === 0 && <p class="empty">{t.evidence.none}</p>}
      {models !== null && models.length > 0 && (
        <>
          <div class="bar">
            <label for="evidence-model">{t.evidence.family}</label>
            <select
              id="evidence-model"
              value={model ?? ''}
              onChange={(event) => setModel(event.currentTarget.value)}
            >
              {models.map((one) => (
                <option key={one} value={one}>
                  {isolate(one)}
                </option>
              ))}
            </select>
            <input
              type="search"
              data-search
              aria-label={t.evidence.search}
              placeholder={t.evidence.searchKeys}
              value={sought}
              onInput={(event) => setSought(event.currentTarget.value.toLowerCase())}
            />
          </div>
          <Table
            caption={<bdi>{model}</bdi>}
            columns={[
              t.evidence.command,
              t.evidence.wording,
              t.evidence.firmware,
              { title: t.evidence.answered, look: 'number' },
              { title: t.evidence.tookEffect, look: 'number' },
              t.evidence.verdicts,
            ]}
          >
            {shown.map((row) => (
              <tr key={`${row.firmware} ${row.intent} ${row.dialect}`}>
                <th scope="row">{row.intent}</th>
                <td>{row.dialect}</td>
                <td>
                  <bdi>{row.firmware}</bdi>
                </td>
                <td class="number">{t.evidence.of(row.evidence.answered, row.evidence.tried)}</td>
                <td class="number">{row.evidence.tookEffect ?? ''}</td>
                <td>{verdictsOf(row.evidence)}</td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </main>
  )
}
