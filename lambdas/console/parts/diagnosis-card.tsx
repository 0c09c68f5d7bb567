import type { ComponentChild } from 'preact'
import { textOfFact, type Fact } from '../../shared/domain/diagnosis/facts.ts'
import { answerOf } from '../api/client.ts'
import { problemOf } from '../api/explain.ts'
import type { DiagnosisAnswer } from '../api/types.ts'
import { now } from '../state/clock.ts'
import { api } from '../state/session.ts'
import { useAnswer } from '../state/use-answer.ts'
import { toAgo, toFullTime, toSpan, toWhen } from './format.ts'
import { Trouble } from './trouble.tsx'
import { diagnosis, diagnosisFacts } from '../text/diagnosis-texts.ts'
import { t } from '../text/text.ts'
import { choice } from '../text/choice.ts'

/** A diagnosis is based on recorded data, so it changes slowly. */
const REFRESH_MS = 60_000

const writing = {
  time: (iso: string) => toFullTime(Date.parse(iso)),
  duration: (seconds: number) => toSpan(seconds * 1_000),
}

/** Its sentence in the language and time zone of this browser. The API's if a newer server sends a code without a text here. */
const factOf = ({ code, values, text }: DiagnosisAnswer['evidence'][number]): string =>
  Object.hasOwn(diagnosisFacts, code)
    ? textOfFact({ code, ...values } as Fact, diagnosisFacts, writing)
    : text

/** Why a device is silent, the evidence for that, and what to do; one line if there is no problem. */
export function DiagnosisCard({
  deviceId,
  everyMs = REFRESH_MS,
  ifNothingKnown = null,
}: {
  deviceId: string
  everyMs?: number
  /** For an id that is not registered and has never connected, or for no id at all. */
  ifNothingKnown?: ComponentChild
}) {
  const read = async () => {
    try {
      if (deviceId === '') return 'nothing-known'
      return await answerOf(api.GET('/v1/devices/{deviceId}/diagnosis', { params: { path: { deviceId } } }))
    } catch (error) {
      if (problemOf(error) === 'not-found') return 'nothing-known'
      throw error
    }
  }
  const { data, trouble } = useAnswer(read, { key: deviceId, everyMs })
  if (trouble !== null) return <Trouble text={trouble} />
  if (data === null) return null
  if (data === 'nothing-known') return <>{ifNothingKnown}</>
  const { verdict, since, evidence } = data
  const { title, text, whatToDo } = choice.language === 'en' ? data : diagnosis[verdict]
  return (
    <section class="card diagnosis" aria-label={t.device.diagnosis}>
      <h3>{title}</h3>
      {verdict !== 'online' && <p>{text}</p>}
      {since !== null && (
        <p class="hint">
          <time dateTime={since}>{t.device.since(toWhen(Date.parse(since), now.value))}</time> (
          {toAgo(since, now.value)})
        </p>
      )}
      {evidence.length > 0 && (
        <details>
          <summary>{t.device.evidence}</summary>
          <ul>
            {evidence.map((one) => (
              <li key={`${one.at} ${one.text}`}>
                <time dateTime={one.at}>{toWhen(Date.parse(one.at), now.value)}</time> {factOf(one)}
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
          <h4>{t.device.whatToDo}</h4>
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
