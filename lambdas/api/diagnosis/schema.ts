import { z } from '@hono/zod-openapi'
import type { Diagnosis } from '../../shared/domain/diagnosis/diagnose.ts'
import { findingKinds } from '../../shared/domain/diagnosis/evidence.ts'
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
      description: 'When this began, as far as known; null: it is as it should be, or not known',
    }),
    evidence: z
      .array(
        z.object({
          kind: z.enum(findingKinds),
          at: receivedTime,
          text: z.string(),
          frame: z
            .string()
            .nullable()
            .openapi({ description: 'The frame, for kind `frame`; masked without the scope secrets' }),
        }),
      )
      .openapi({ description: 'What the verdict follows from' }),
    whatToDo: z.array(z.string()).openapi({ description: 'Steps, in their order' }),
  })
  .openapi('Diagnosis')

export const toDiagnosis = (deviceId: string, { since, evidence, ...found }: Diagnosis, now: number) => ({
  deviceId,
  checkedAt: toReceivedIso(now),
  verdict: found.verdict,
  title: found.title,
  text: found.text,
  since: orNull(toReceivedIso)(since),
  evidence: evidence.map(({ at, ...finding }) => ({ ...finding, at: toReceivedIso(at) })),
  whatToDo: [...found.whatToDo],
})
