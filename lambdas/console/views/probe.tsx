import { useEffect, useState } from 'preact/hooks'
import { answerOf, Refusal } from '../api/client.ts'
import type { ProbeAnswer } from '../api/types.ts'
import { describeFacts } from '../parts/facts.ts'
import { api } from '../state/session.ts'

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
    <section class="probe" aria-label="Probe" tabIndex={0}>
      <div class="bar">
        <button class="primary" disabled={isRunning} onClick={() => void run(() => start(1))}>
          {isRunning ? 'Asking…' : 'Probe this device'}
        </button>
        <button disabled={isRunning} onClick={() => void run(() => start(2))}>
          Probe with writes
        </button>
        <p class="hint">
          Harmless questions in both wordings, one by one. With writes: then each setting that it names is set
          to the value that it has, and read again. Nothing is changed. It takes a few minutes.
        </p>
      </div>
      {trouble !== null && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {probe !== null && (
        <>
          <p role="status">
            {probe.concluded} of {probe.asked} questions concluded, {probe.answered} answered.
          </p>
          <progress value={probe.concluded} max={probe.asked} aria-label="Questions concluded" />
          <h2>What it reports about itself</h2>
          <dl class="wide">
            {describeFacts(probe.facts).map(([title, value]) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ))}
          </dl>
          <div class="table">
            <table>
              <caption>Which questions this tracker answers</caption>
              <thead>
                <tr>
                  <th scope="col">Question</th>
                  <th scope="col">Wording</th>
                  <th scope="col">Verdict</th>
                  <th scope="col">Changed</th>
                  <th scope="col">Answer</th>
                </tr>
              </thead>
              <tbody>
                {probe.items.map((item) => (
                  <tr key={item.commandId}>
                    <th scope="row">{item.title ?? item.intent}</th>
                    <td>{item.dialect}</td>
                    <td>
                      <span class={`chip ${item.verdict ?? ''}`}>{item.verdict ?? item.state}</span>
                      {item.reason !== null && <small> {item.reason}</small>}
                    </td>
                    <td>{item.changed === null ? '' : item.changed ? 'yes' : 'no'}</td>
                    <td>
                      {item.answer !== null && (
                        <pre class="reply">
                          <bdi>{item.answer}</bdi>
                        </pre>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  )
}
