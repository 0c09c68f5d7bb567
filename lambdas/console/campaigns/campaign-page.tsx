import { useState } from 'preact/hooks'
import { answerOf } from '../api/client.ts'
import type { CampaignAnswer } from '../api/types.ts'
import { Ask } from '../parts/ask.tsx'
import { toDayAndClock, toSpan } from '../parts/format.ts'
import { Trouble } from '../parts/trouble.tsx'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { useAnswer } from '../state/use-answer.ts'
import { PartsTable } from './parts-table.tsx'
import { Legend, ProgressBar } from './progress-bar.tsx'
import { concludedOf, countOf, slicesOf } from './progress.ts'
import {
  canaryText,
  commandText,
  reasonText,
  selectText,
  stateMeanings,
  stopText,
  titleOf,
  toCount,
} from './words.ts'

const REFRESH_MS = 2_000

/** Pause, resume and cancel. */
function Actions({
  campaign,
  onChanged,
}: {
  campaign: CampaignAnswer
  onChanged: (campaign: CampaignAnswer) => void
}) {
  const { campaignId, state, progress } = campaign
  const [isAsking, setAsking] = useState(false)
  const { isBusy, trouble, run } = useAction()
  const params = { path: { campaignId } }
  const change = (name: 'pause' | 'resume' | 'cancel') =>
    run(async () => {
      setAsking(false)
      onChanged(await answerOf(api.POST(`/v1/campaigns/{campaignId}/${name}`, { params })))
    })
  const isOver = state !== 'running' && state !== 'paused'
  return (
    <>
      {!isOver && (
        <div class="bar">
          {state === 'running' ? (
            <button disabled={isBusy} onClick={() => void change('pause')}>
              Pause
            </button>
          ) : (
            <button class="primary" disabled={isBusy} onClick={() => void change('resume')}>
              Resume
            </button>
          )}
          <button disabled={isBusy} onClick={() => setAsking(true)}>
            Cancel campaign
          </button>
        </div>
      )}
      <Trouble text={trouble} />
      {isAsking && (
        <Ask
          title="End this campaign?"
          yes="Yes, end it"
          isBusy={isBusy}
          onYes={() => void change('cancel')}
          onNo={() => setAsking(false)}
        >
          <p>
            {toCount(progress.waiting)} will not get the command. Commands that wait for their device are
            cancelled; what was sent still concludes. It cannot be resumed.
          </p>
        </Ask>
      )}
    </>
  )
}

/** Progress of each firmware, so that a bad one stands out. */
function Firmwares({ campaign: { firmwares, progress } }: { campaign: CampaignAnswer }) {
  const columns = slicesOf(progress)
  return (
    <section aria-label="By firmware">
      <h2>By firmware</h2>
      <div class="table" tabIndex={0} role="region" aria-label="Progress by firmware">
        <table>
          <thead>
            <tr>
              <th scope="col">Firmware</th>
              <th scope="col">Progress</th>
              <th scope="col" class="number">
                devices
              </th>
              {columns.map(({ name }) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {firmwares.map(({ firmware, ...own }) => (
              <tr key={firmware}>
                <th scope="row">
                  <bdi>{firmware}</bdi>
                </th>
                <td>
                  <ProgressBar progress={own} label={firmware} />
                </td>
                <td class="number">{own.devices}</td>
                {columns.map(({ name }) => (
                  <td key={name} class="number">
                    {countOf(own, name) || ''}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Facts({ campaign }: { campaign: CampaignAnswer }) {
  const { perMinute, stopWhen, select, expiresInSeconds, createdAt, createdBy, endedAt } = campaign
  const facts = [
    ['command', commandText(campaign)],
    ['devices', selectText(select)],
    ['canary', canaryText(campaign)],
    ['speed', `at most ${perMinute} a minute`],
    ['stops when', stopText(stopWhen)],
    ['each waits', `at most ${toSpan(expiresInSeconds * 1000)} for its device`],
    ['made', `${toDayAndClock(Date.parse(createdAt))} by key ${createdBy}`],
    ...(endedAt === null ? [] : [['ended', toDayAndClock(Date.parse(endedAt))] as const]),
  ] as const
  return (
    <dl class="wide">
      {facts.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export function CampaignPage({ campaignId }: { campaignId: string }) {
  const params = { path: { campaignId } }
  const read = () => answerOf(api.GET('/v1/campaigns/{campaignId}', { params }))
  const { data: campaign, trouble, setData } = useAnswer(read, { everyMs: REFRESH_MS })
  return (
    <main class="plain">
      <p>
        <a href="#/campaigns">All campaigns</a>
      </p>
      <Trouble text={trouble} />
      {campaign !== null && (
        <>
          <div class="bar">
            <h1>
              <bdi>{titleOf(campaign)}</bdi>
            </h1>
            <span class={`chip campaign-${campaign.state}`}>{campaign.state}</span>
            {campaign.danger !== 'harmless' && (
              <span class={`chip ${campaign.danger}`}>{campaign.danger}</span>
            )}
          </div>
          <p role="status">
            {stateMeanings[campaign.state]} {reasonText(campaign)}
          </p>
          <Actions campaign={campaign} onChanged={setData} />
          <section aria-label="Progress" class="card">
            <p>
              {concludedOf(campaign.progress)} of {toCount(campaign.progress.devices)} concluded
            </p>
            <ProgressBar progress={campaign.progress} label="Progress" />
            <Legend progress={campaign.progress} />
          </section>
          <Facts campaign={campaign} />
          <Firmwares campaign={campaign} />
          <PartsTable campaign={campaign} />
        </>
      )}
    </main>
  )
}
