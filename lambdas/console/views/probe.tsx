import { useEffect, useState } from 'preact/hooks'
import { answerOf, Refusal } from '../api/client.ts'
import type { ProbeAnswer } from '../api/types.ts'
import { FactList } from '../parts/fact-list.tsx'
import { reasonText, titleOf } from '../parts/command-words.ts'
import { describeFacts } from '../parts/facts.ts'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { t } from '../text/text.ts'

const POLL_MS = 1_000

/** Asks a tracker every harmless question, one by one, and shows which of them it answers. */
export function Probe({ deviceId }: { deviceId: string }) {
  const [probe, setProbe] = useState<ProbeAnswer | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const params = { path: { deviceId } }
  const read = () => answerOf(api.GET('/v1/devices/{deviceId}/probe', { params }))
  const start = (level: 1 | 2) =>
    answerOf(api.POST('/v1/devices/{deviceId}/probe', { params, body: { level } }))

  const run = async (work: () => Promise<ProbeAnswer>): Promise<void> => {
    try {
      setProbe(await work())
      setTrouble(null)
    } catch (error) {
      // Every device starts without a probe.
      if (error instanceof Refusal && error.status === 404) return
      setTrouble(error instanceof Error ? error.message : String(error))
    }
  }
  useEffect(() => void run(read), [deviceId])
  useEffect(() => {
    if (probe?.state !== 'running') return
    const timer = setTimeout(() => void run(read), POLL_MS)
    return () => clearTimeout(timer)
  }, [probe])

  const isRunning = probe?.state === 'running'
  return (
    <section class="probe" aria-label={t.device.probe} tabIndex={0}>
      <div class="bar">
        <button class="primary" disabled={isRunning} onClick={() => void run(() => start(1))}>
          {isRunning ? t.device.asking : t.device.probeDevice}
        </button>
        <button disabled={isRunning} onClick={() => void run(() => start(2))}>
          {t.device.probeWrites}
        </button>
        <p class="hint">{t.device.probeHint}</p>
      </div>
      <Trouble text={trouble} />
      {probe !== null && (
        <>
          <p role="status">{t.device.concluded(probe.concluded, probe.asked, probe.answered)}</p>
          <progress value={probe.concluded} max={probe.asked} aria-label={t.device.questionsConcluded} />
          <h2>{t.device.reports}</h2>
          <FactList
            look="wide"
            facts={describeFacts(probe.facts).map(([title, value]) => [title, <bdi>{value}</bdi>])}
          />
          <Table
            caption={t.device.whichAnswers}
            columns={[
              t.device.question,
              t.device.wording,
              t.device.verdict,
              t.device.changed,
              t.device.answer,
            ]}
          >
            {probe.items.map((item) => (
              <tr key={item.commandId}>
                <th scope="row">{titleOf(item) ?? item.intent}</th>
                <td>{item.dialect}</td>
                <td>
                  <span class={`chip ${item.verdict ?? ''}`}>
                    {t.words.verdicts[item.verdict ?? item.state]}
                  </span>
                  {item.reason !== null && <small> {reasonText(item.reason)}</small>}
                </td>
                <td>{item.changed === null ? '' : item.changed ? t.words.yes : t.words.no}</td>
                <td>
                  {item.answer !== null && (
                    <pre class="reply">
                      <bdi>{item.answer}</bdi>
                    </pre>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </section>
  )
}
