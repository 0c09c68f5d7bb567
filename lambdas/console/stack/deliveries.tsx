import type { DeliveryAnswer } from '../api/types.ts'
import { toDayAndClock } from '../parts/format.ts'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useAction } from '../state/use-action.ts'
import { answerText } from './webhook-words.ts'
import { t } from '../text/text.ts'

/** The last deliveries of a webhook, newest first; each can be sent again. */
export function Deliveries({
  items,
  onRedeliver,
}: {
  items: readonly DeliveryAnswer[]
  onRedeliver: (deliveryId: string) => Promise<void>
}) {
  const { isBusy, trouble, run } = useAction()
  if (items.length === 0) {
    return <p class="empty">{t.stack.nothingSent}</p>
  }
  return (
    <>
      <Trouble text={trouble} />
      <Table
        label={t.stack.lastDeliveries}
        columns={[
          t.stack.sent,
          t.stack.event,
          t.stack.outcome,
          t.stack.cameBack,
          { title: t.stack.sendAgain, look: 'hidden' },
        ]}
      >
        {items.map((delivery) => {
          const { deliveryId, at, type, kind, deviceId, outcome, attempt } = delivery
          return (
            <tr key={deliveryId}>
              <td>{toDayAndClock(Date.parse(at))}</td>
              <td>
                {type} {kind !== 'event' && <span class="chip">{t.words.kinds[kind]}</span>}{' '}
                <small>{deviceId}</small>
              </td>
              <td>
                <span class={`chip ${outcome}`}>{t.words.deliveries[outcome]}</span>
                {attempt > 1 && <small>{t.stack.attempt(attempt)}</small>}
              </td>
              <td class="answer">{answerText(delivery)}</td>
              <td>
                {kind !== 'test' && (
                  <button
                    class="quiet"
                    disabled={isBusy}
                    aria-label={t.stack.sendAgainOf(type, toDayAndClock(Date.parse(at)))}
                    onClick={() => void run(() => onRedeliver(deliveryId))}
                  >
                    {t.stack.sendAgain}
                  </button>
                )}
              </td>
            </tr>
          )
        })}
      </Table>
    </>
  )
}
