import type { DeliveryAnswer } from '../api/types.ts'
import { toDayAndClock } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { useAction } from '../state/use-action.ts'
import { answerText } from './webhook-words.ts'

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
    return <p class="empty">Nothing was sent yet. “Send a test event” shows at once what comes back.</p>
  }
  return (
    <>
      <Trouble text={trouble} />
      <div class="table" tabIndex={0} role="region" aria-label="Last deliveries">
        <table>
          <thead>
            <tr>
              <th scope="col">Sent</th>
              <th scope="col">Event</th>
              <th scope="col">Outcome</th>
              <th scope="col">What came back</th>
              <th scope="col">
                <span class="hidden">Send again</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((delivery) => {
              const { deliveryId, at, type, kind, deviceId, outcome, attempt } = delivery
              return (
                <tr key={deliveryId}>
                  <td>{toDayAndClock(Date.parse(at))}</td>
                  <td>
                    {type} {kind !== 'event' && <span class="chip">{kind}</span>} <small>{deviceId}</small>
                  </td>
                  <td>
                    <span class={`chip ${outcome}`}>{outcome}</span>
                    {attempt > 1 && <small> try {attempt}</small>}
                  </td>
                  <td class="answer">{answerText(delivery)}</td>
                  <td>
                    {kind !== 'test' && (
                      <button
                        class="quiet"
                        disabled={isBusy}
                        aria-label={`Send again: ${type} of ${toDayAndClock(Date.parse(at))}`}
                        onClick={() => void run(() => onRedeliver(deliveryId))}
                      >
                        Send again
                      </button>
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </>
  )
}
