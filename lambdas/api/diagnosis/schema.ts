import { z } from '@hono/zod-openapi'
import type { Diagnosis } from '../../shared/domain/diagnosis/diagnose.ts'
import { findingKinds } from '../../shared/domain/diagnosis/evidence.ts'
import { factCodes, inEnglish } from '../../shared/domain/diagnosis/facts.ts'
import { verdicts } from '../../shared/domain/diagnosis/verdicts.ts'
import { orNull, receivedTime, toReceivedIso } from '../iso-time.ts'

export const diagnosisSchema = z
  .object({
    deviceId: z.string(),
    checkedAt: receivedTime,
    verdict: z.enum(verdicts),
    title: z.string(),
    text: z.string().openapi({ description: 'One or two sentences' }),
    since: receivedTime.nullable().openapi({
      description:
        'When the problem began, as far as known; null: there is no problem, or the time is unknown',
    }),
    evidence: z
      .array(
        z.object({
          kind: z.enum(findingKinds),
          at: receivedTime,
          text: z.string(),
          code: z.enum(factCodes).openapi({ description: 'What `text` says, for a program' }),
          values: z.record(z.string(), z.union([z.string(), z.number()]).nullable()).openapi({
            description: 'What `text` names: times in ISO 8601, durations in seconds',
          }),
          frame: z
            .string()
            .nullable()
            .openapi({ description: 'The frame, for kind `frame`; masked without the scope secrets' }),
        }),
      )
      .openapi({ description: 'The evidence for the verdict' }),
    whatToDo: z.array(z.string()).openapi({ description: 'Steps, in order' }),
  })
  .openapi('Diagnosis')

export const toDiagnosis = (deviceId: string, { since, evidence, ...found }: Diagnosis, now: number) => ({
  deviceId,
  checkedAt: toReceivedIso(now),
  verdict: found.verdict,
  title: found.title,
  text: found.text,
  since: orNull(toReceivedIso)(since),
  evidence: evidence.map(({ kind, at, fact, frame }) => {
    const { code, ...values } = fact
    return { kind, at: toReceivedIso(at), text: inEnglish(fact), code, values, frame }
  }),
  whatToDo: [...found.whatToDo],
})
