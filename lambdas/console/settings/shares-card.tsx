import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { ShareAnswer } from '../api/types.ts'
import { toWhen } from '../parts/format.ts'
import { ShownOnce } from '../parts/shown-once.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { now } from '../state/clock.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'

const HOUR_SECONDS = 3_600
const times: readonly { readonly title: string; readonly seconds: number }[] = [
  { title: '1 hour', seconds: HOUR_SECONDS },
  { title: '1 day', seconds: 24 * HOUR_SECONDS },
  { title: '7 days', seconds: 7 * 24 * HOUR_SECONDS },
  { title: '31 days', seconds: 31 * 24 * HOUR_SECONDS },
]

/** The links of a device: to read, make and delete them. `url`: of the one that was made last. */
function useShares(deviceId: string) {
  const [url, setUrl] = useState<string | null>(null)
  const { isBusy, trouble, run } = useAction()
  const path = { deviceId }
  const shares = useAnswer(async () => {
    const { items } = await answerOf(api.GET('/v1/devices/{deviceId}/shares', { params: { path } }))
    return items
  })
  const make = (body: { readonly seconds: number }) =>
    run(async () => {
      const made = await answerOf(api.POST('/v1/devices/{deviceId}/shares', { params: { path }, body }))
      setUrl(made.url ?? made.key)
      await shares.reload()
    })
  const remove = ({ shareId }: ShareAnswer) =>
    run(async () => {
      await api.DELETE('/v1/devices/{deviceId}/shares/{shareId}', { params: { path: { deviceId, shareId } } })
      await shares.reload()
    })
  return { shares: shares.data, trouble: trouble ?? shares.trouble, isBusy, url, setUrl, make, remove }
}

/** Links for people without a key: they show where the device is now, until a time. */
export function SharesCard({ deviceId }: { deviceId: string }) {
  const [seconds, setSeconds] = useState(times[1]!.seconds)
  const { shares, trouble, isBusy, url, setUrl, make, remove } = useShares(deviceId)
  return (
    <section class="card" aria-label="Shared links">
      <h2>Shared links</h2>
      <p class="hint">
        Whoever opens the link sees the name and the last position, and nothing else, until its time is over.
      </p>
      <div class="field">
        <label for="share-time">The link works for</label>
        <div class="bar">
          <select
            id="share-time"
            value={String(seconds)}
            onChange={(event) => setSeconds(Number(event.currentTarget.value))}
          >
            {times.map((time) => (
              <option key={time.seconds} value={String(time.seconds)}>
                {time.title}
              </option>
            ))}
          </select>
          <button class="primary" disabled={isBusy} onClick={() => void make({ seconds })}>
            Make a link
          </button>
        </div>
      </div>
      <Trouble text={trouble} />
      {url !== null && <ShownOnce title="The link" secret={url} onClose={() => setUrl(null)} />}
      <ul class="shares">
        {shares?.map((share) => (
          <li key={share.shareId} class="bar">
            <span>
              Until {toWhen(Date.parse(share.expiresAt), now.value)}{' '}
              <small>
                {share.lastUsedAt === null
                  ? 'not opened yet'
                  : `opened ${toWhen(Date.parse(share.lastUsedAt), now.value)}`}
              </small>
            </span>
            <span class="spring" />
            <button disabled={isBusy} onClick={() => void remove(share)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
