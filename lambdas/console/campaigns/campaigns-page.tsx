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
import { reasonText, titleOf } from './words.ts'

const PAGE_SIZE = 50
const REFRESH_MS = 5_000

function Row({ campaign }: { campaign: CampaignSummary }) {
  const { campaignId, state, phase, progress, createdAt, name, title, intent } = campaign
  const why = reasonText(campaign)
  return (
    <li class="card">
      <div class="bar">
        <a class="name" href={`#/campaigns/${campaignId}`}>
          <bdi>{titleOf(campaign)}</bdi>
        </a>
        <span class={`chip campaign-${state}`}>{state}</span>
        {state === 'running' && phase === 'canary' && <span class="chip">canary</span>}
        <span class="spring" />
        <small>{toAgo(createdAt, now.value)}</small>
      </div>
      {name !== null && <p class="hint">{title ?? intent}</p>}
      <ProgressBar progress={progress} label="Progress" />
      <p class="hint">
        {concludedOf(progress)} of {progress.devices} concluded{why === null ? '' : `. ${why}`}
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
        <h1>Campaigns</h1>
        <span class="spring" />
        <a class="button primary" href="#/campaigns/new">
          New campaign
        </a>
      </div>
      <p class="hint">
        One command for many devices: a few first, then the rest. It stops by itself when too many end badly.
      </p>
      <Trouble text={trouble} />
      {data?.length === 0 && (
        <p class="empty">
          There is no campaign yet. <a href="#/campaigns/new">Make one</a>: a harmless question such as
          “Status” is a good first one.
        </p>
      )}
      <ul class="cards" aria-label="Campaigns">
        {data?.map((campaign) => (
          <Row key={campaign.campaignId} campaign={campaign} />
        ))}
      </ul>
      {data !== null && data.length >= maxItems && (
        <button onClick={() => setMaxItems(maxItems + PAGE_SIZE)}>Older campaigns</button>
      )}
    </main>
  )
}
