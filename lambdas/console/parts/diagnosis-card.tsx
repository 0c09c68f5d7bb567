import { answerOf } from '../api/client.ts'
import { now } from '../state/clock.ts'
import { api } from '../state/session.ts'
import { useAnswer } from '../state/use-answer.ts'
import { toAgo, toWhen } from './format.ts'
import { Trouble } from './trouble.tsx'

/** It is read of what was recorded, so it changes slowly. */
const REFRESH_MS = 60_000

/** Why a device is silent, what that follows from, and what to do; one line while it is well. */
export function DiagnosisCard({ deviceId }: { deviceId: string }) {
  const { data, trouble } = useAnswer(
    () => answerOf(api.GET('/v1/devices/{deviceId}/diagnosis', { params: { path: { deviceId } } })),
    { key: deviceId, everyMs: REFRESH_MS },
  )
  if (trouble !== null) return <Trouble text={trouble} />
  if (data === null) return null
  const { verdict, title, text, since, evidence, whatToDo } = data
  return (
    <section class="card diagnosis" aria-label="Diagnosis">
      <h3>{title}</h3>
      {verdict !== 'online' && <p>{text}</p>}
      {since !== null && (
        <p class="hint">
          <time dateTime={since}>Since {toWhen(Date.parse(since), now.value)}</time> (
          {toAgo(since, now.value)})
        </p>
      )}
      {evidence.length > 0 && (
        <details>
          <summary>Evidence</summary>
          <ul>
            {evidence.map((one) => (
              <li key={`${one.at} ${one.text}`}>
                <time dateTime={one.at}>{toWhen(Date.parse(one.at), now.value)}</time> {one.text}
                {one.frame !== null && (
                  <>
                    {' '}
                    <code>
                      <bdi>{one.frame}</bdi>
                    </code>
                  </>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
      {whatToDo.length > 0 && (
        <>
          <h4>What to do</h4>
          <ol>
            {whatToDo.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </>
      )}
    </section>
  )
}
