import { decodeMessage, type UpMessage } from '#shared/domain/command-messages.ts'
import type { ControlParts } from './parts.ts'
import { applyCommandReport, applySessionReport, publishDailyLimit, publishSourceRefusal } from './reports.ts'
import { sweep } from './sweep.ts'

const upKinds = [
  'command',
  'session',
  'source-refused',
  'daily-limit',
] as const satisfies readonly UpMessage['kind'][]

/** What the topic rule makes of a report: its fields, and the topic that it came on. */
const isFromRule = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'topic' in event && typeof event.topic === 'string'

/** Handles a gateway's report, or the schedule's call; the event's shape says which. */
export const createControl =
  (parts: ControlParts) =>
  async (event: unknown): Promise<void> => {
    if (!isFromRule(event)) return sweep(parts)
    const message = decodeMessage<UpMessage>(JSON.stringify(event), upKinds)
    if (message === null) {
      // A retry would not be understood either: the sweep asks in a version that both know.
      parts.metrics.count('MessagesNotUnderstood')
      parts.log.error('report not understood')
    } else if (message.kind === 'command') await applyCommandReport(parts, message)
    else if (message.kind === 'session') await applySessionReport(parts, message)
    else if (message.kind === 'source-refused') await publishSourceRefusal(parts, message)
    else await publishDailyLimit(parts, message)
  }
