import { useEffect, useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { EvidenceRow } from '../api/types.ts'
import { isolate } from '../parts/format.ts'
import { api } from '../state/session.ts'

const verdictsOf = ({ verdicts }: EvidenceRow['evidence']): string =>
  Object.entries(verdicts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([verdict, count]) => `${count} ${verdict}`)
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
      <h1>Evidence</h1>
      <p class="hint">
        What each firmware answered and did on this installation, counted by the firmware that devices report.
        Counted are commands with a verdict; a reply that could belong to another command is not.
      </p>
      {trouble !== null && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {models?.length === 0 && (
        <p class="empty">
          Nothing is counted yet. Send commands, or probe a device: each verdict counts here.
        </p>
      )}
      {models !== null && models.length > 0 && (
        <>
          <div class="bar">
            <label for="evidence-model">Family</label>
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
              aria-label="Search command or firmware"
              placeholder="Search  ( / )"
              value={sought}
              onInput={(event) => setSought(event.currentTarget.value.toLowerCase())}
            />
          </div>
          <div class="table">
            <table>
              <caption>
                <bdi>{model}</bdi>
              </caption>
              <thead>
                <tr>
                  <th scope="col">Command</th>
                  <th scope="col">Wording</th>
                  <th scope="col">Firmware</th>
                  <th scope="col" class="number">
                    Answered
                  </th>
                  <th scope="col" class="number">
                    Took effect
                  </th>
                  <th scope="col">Verdicts</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((row) => (
                  <tr key={`${row.firmware} ${row.intent} ${row.dialect}`}>
                    <th scope="row">{row.intent}</th>
                    <td>{row.dialect}</td>
                    <td>
                      <bdi>{row.firmware}</bdi>
                    </td>
                    <td class="number">
                      {row.evidence.answered} of {row.evidence.tried}
                    </td>
                    <td class="number">{row.evidence.tookEffect ?? ''}</td>
                    <td>{verdictsOf(row.evidence)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </main>
  )
}
