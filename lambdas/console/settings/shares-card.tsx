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
import { t } from '../text/text.ts'
import { isLocalLink } from './local-link.ts'

const HOUR_SECONDS = 3_600
const times = [
  { name: 'hour', seconds: HOUR_SECONDS },
  { name: 'day', seconds: 24 * HOUR_SECONDS },
  { name: 'week', seconds: 7 * 24 * HOUR_SECONDS },
  { name: 'month', seconds: 31 * 24 * HOUR_SECONDS },
] as const

/** Reads, makes and deletes the links of a device. `url`: of the newest link. */
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

/** Links for people without a key. A link shows where the device is, until the link expires. */
export function SharesCard({ deviceId }: { deviceId: string }) {
  const [seconds, setSeconds] = useState<number>(times[1].seconds)
  const { shares, trouble, isBusy, url, setUrl, make, remove } = useShares(deviceId)
  return (
    <section class="card" aria-label={t.settings.shares}>
      <h2>{t.settings.shares}</h2>
      <p class="hint">{t.settings.sharesHint}</p>
      <div class="field">
        <label for="share-time">{t.settings.shareTime}</label>
        <div class="bar">
          <select
            id="share-time"
            value={String(seconds)}
            onChange={(event) => setSeconds(Number(event.currentTarget.value))}
          >
            {times.map((time) => (
              <option key={time.seconds} value={String(time.seconds)}>
                {t.settings.shareTimes[time.name]}
              </option>
            ))}
          </select>
          <button class="primary" disabled={isBusy} onClick={() => void make({ seconds })}>
            {t.settings.makeLink}
          </button>
        </div>
      </div>
      <Trouble text={trouble} />
      {url !== null && isLocalLink(url) && <p class="trouble">{t.settings.localLink}</p>}
      {url !== null && <ShownOnce title={t.settings.theLink} secret={url} onClose={() => setUrl(null)} />}
      <ul class="shares">
        {shares?.map((share) => (
          <li key={share.shareId} class="bar">
            <span>
              {t.settings.untilTime(toWhen(Date.parse(share.expiresAt), now.value))}{' '}
              <small>
                {share.lastUsedAt === null
                  ? t.settings.notOpened
                  : t.settings.opened(toWhen(Date.parse(share.lastUsedAt), now.value))}
              </small>
            </span>
            <span class="spring" />
            <button disabled={isBusy} onClick={() => void remove(share)}>
              {t.settings.delete}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
