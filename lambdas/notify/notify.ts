import { isForPeople } from '#shared/domain/events/catalogue.ts'
import { effectIdOf, type RuleEvent } from './bus-event.ts'
import { isOfRule } from './notify-by-rules.ts'
import { noticeOf } from './notice.ts'
import { createOnce, type OnceParts } from './once.ts'
import { toMessage, type NoticeMessage } from './to-message.ts'

type NotifyPorts = OnceParts & {
  /** Notifies people; rejects if it is unknown whether the notification was sent. */
  readonly send: (message: NoticeMessage, event: RuleEvent) => Promise<void>
}

/** Notifies the receivers of the installation (the topic, `--notify`) of an effect once. */
export const createNotify = ({ send, ...parts }: NotifyPorts) => {
  const once = createOnce(parts)
  return async (event: RuleEvent): Promise<void> => {
    if (!isForPeople(event['detail-type']) || isOfRule(event)) return
    const effectId = effectIdOf(event)
    if (effectId === null)
      return parts.log.error('event without an id; not sent', { type: event['detail-type'] })
    await once(effectId, noticeOf(event), (held) => send(toMessage(event, held), event))
  }
}
