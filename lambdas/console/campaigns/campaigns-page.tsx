import { useState } from 'preact/hooks'
import { answerOf, readAll } from '../api/client.ts'
import type { CampaignSummary } from '../api/types.ts'
import { Trouble } from '../parts/trouble.tsx'
import { toAgo } from '../parts/format.ts'
import { now } from '../state/clock.ts'
import { api } from '../state/session.ts'
import { useAnswer } from '../state/use-answer.ts'
import { concludedOf } from './progress.ts'
import { ProgressBar } from './progress-bar.tsx'
import { commandTitle, nameOf, reasonText } from './words.ts'
import { t } from '../text/text.ts'

const PAGE_SIZE = 50
const REFRESH_MS = 5_000

function Row({ campaign }: { campaign: CampaignSummary }) {
  const { campaignId, state, phase, progress, createdAt, name } = campaign
  const why = reasonText(campaign)
  return (
    <li class="card">
      <div class="bar">
        <a class="name" href={`#/campaigns/${campaignId}`}>
          <bdi>{nameOf(campaign)}</bdi>
        </a>
        <span class={`chip campaign-${state}`}>{t.words.campaigns[state]}</span>
        {state === 'running' && phase === 'canary' && <span class="chip">{t.campaigns.canaryChip}</span>}
        <span class="spring" />
        <small>{toAgo(createdAt, now.value)}</small>
      </div>
      {name !== null && <p class="hint">{commandTitle(campaign)}</p>}
      <ProgressBar progress={progress} label={t.campaigns.progress} />
      <p class="hint">
        {t.campaigns.concluded(concludedOf(progress), progress.devices)}
        {why === null ? '' : `. ${why}`}
      </p>
    </li>
  )
}

/** All campaigns, newest first. */
export function CampaignsPage() {
  const [maxItems, setMaxItems] = useState(PAGE_SIZE)
  const read = () =>
    readAll<CampaignSummary>(
      (cursor) => answerOf(api.GET('/v1/campaigns', { params: { query: { limit: PAGE_SIZE, cursor } } })),
      { maxItems },
    )
  const { data, trouble } = useAnswer(read, { key: String(maxItems), everyMs: REFRESH_MS })
  return (
    <main class="plain">
      <div class="bar">
        <h1>{t.campaigns.title}</h1>
        <span class="spring" />
        <a class="button primary" href="#/campaigns/new">
          {t.campaigns.new}
        </a>
      </div>
      <p class="hint">{t.campaigns.about}</p>
      <Trouble text={trouble} />
      {data?.length === 0 && (
        <p class="empty">{t.campaigns.none(<a href="#/campaigns/new">{t.campaigns.makeOne}</a>)}</p>
      )}
      <ul class="cards" aria-label={t.campaigns.title}>
        {data?.map((campaign) => (
          <Row key={campaign.campaignId} campaign={campaign} />
        ))}
      </ul>
      {data !== null && data.length >= maxItems && (
        <button onClick={() => setMaxItems(maxItems + PAGE_SIZE)}>{t.campaigns.older}</button>
      )}
    </main>
  )
}
