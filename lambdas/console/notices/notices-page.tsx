import { answerOf } from '../api/client.ts'
import { readPlaces } from '../places/read-places.ts'
import { CheckField } from '../parts/fields.tsx'
import { Trouble } from '../parts/trouble.tsx'
import {
  browserNotices,
  browserNoticesTrouble,
  switchBrowserNotices,
  type BrowserNotices,
} from '../state/browser-notices.ts'
import { api } from '../state/session.ts'
import { useAnswer } from '../state/use-answer.ts'
import { t } from '../text/text.ts'
import { ChannelForm } from './channel-form.tsx'
import { ChannelList } from './channel-list.tsx'
import { RuleForm } from './rule-form.tsx'
import { Rule } from './rule-list.tsx'

const REFRESH_MS = 10_000

const whyNot: Readonly<Record<BrowserNotices, string | null>> = {
  on: null,
  off: null,
  denied: t.notices.browserDenied,
  missing: t.notices.browserMissing,
}

function BrowserSwitch() {
  const state = browserNotices.value
  const why = whyNot[state]
  return (
    <section class="card" aria-label={t.notices.browser}>
      <h2>{t.notices.browser}</h2>
      <CheckField
        label={t.notices.browserOn}
        checked={state === 'on'}
        disabled={why !== null}
        onPick={(isOn) => void switchBrowserNotices(isOn)}
      />
      <p class="hint">{t.notices.browserHint}</p>
      {why !== null && <p>{why}</p>}
      <Trouble text={browserNoticesTrouble.value} />
    </section>
  )
}

/** Channels, and rules for who is notified of which events. */
export function NoticesPage() {
  const every = { everyMs: REFRESH_MS }
  const channels = useAnswer(() => answerOf(api.GET('/v1/notice-channels')), every)
  const rules = useAnswer(() => answerOf(api.GET('/v1/notice-rules')), every)
  const { data: places, trouble: placesTrouble } = useAnswer(readPlaces)
  const known = channels.data?.items ?? []
  return (
    <main class="plain">
      <h1>{t.notices.title}</h1>
      <p class="hint">{t.notices.intro}</p>
      <Trouble text={channels.trouble ?? rules.trouble ?? placesTrouble} />
      <h2>{t.notices.channels}</h2>
      {channels.data !== null && <ChannelList channels={channels.data} onChanged={channels.reload} />}
      <ChannelForm onMade={() => void channels.reload()} />
      <h2>{t.notices.rules}</h2>
      {rules.data?.items.length === 0 && (
        <p class="empty">{known.length === 0 ? t.notices.needsChannel : t.notices.noRules}</p>
      )}
      {rules.data !== null && rules.data.items.length > 0 && (
        <ul class="cards" aria-label={t.notices.rules}>
          {rules.data.items.map((rule) => (
            <Rule
              key={rule.ruleId}
              rule={rule}
              channels={known}
              places={places ?? []}
              onChanged={rules.reload}
            />
          ))}
        </ul>
      )}
      {known.length > 0 && (
        <RuleForm rule={null} channels={known} places={places ?? []} onDone={() => void rules.reload()} />
      )}
      <BrowserSwitch />
    </main>
  )
}
