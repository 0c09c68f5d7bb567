import { useEffect } from 'preact/hooks'
import { lazyPage } from '../parts/lazy-page.tsx'
import { watchBrowserNotices } from '../state/browser-notices.ts'
import { config } from '../state/config.ts'
import { route, stackPages, type Route } from '../state/route.ts'
import { isSignedIn, signOut } from '../state/session.ts'
import { t } from '../text/text.ts'
import { DevicePage } from './device.tsx'
import { EvidencePage } from './evidence.tsx'
import { FleetPage } from './fleet.tsx'
import { SignIn } from './sign-in.tsx'

const AddPage = lazyPage(async () => (await import('../add/add-page.tsx')).AddPage)
const AlarmsPage = lazyPage(async () => (await import('../alarms/alarms-page.tsx')).AlarmsPage)
const NoticesPage = lazyPage(async () => (await import('../notices/notices-page.tsx')).NoticesPage)
const PlacesPage = lazyPage(async () => (await import('../places/places-page.tsx')).PlacesPage)
const CampaignsPage = lazyPage(async () => (await import('../campaigns/campaigns-page.tsx')).CampaignsPage)
const CampaignPage = lazyPage(async () => (await import('../campaigns/campaign-page.tsx')).CampaignPage)
const NewCampaignPage = lazyPage(
  async () => (await import('../campaigns/new-campaign-page.tsx')).NewCampaignPage,
)
const KeysPage = lazyPage(async () => (await import('../stack/keys-page.tsx')).KeysPage)
const WebhooksPage = lazyPage(async () => (await import('../stack/webhooks-page.tsx')).WebhooksPage)
const WebhookPage = lazyPage(async () => (await import('../stack/webhook-page.tsx')).WebhookPage)
const NamedCommandsPage = lazyPage(
  async () => (await import('../stack/named-commands-page.tsx')).NamedCommandsPage,
)
const BrowserPage = lazyPage(async () => (await import('./browser-page.tsx')).BrowserPage)
const SharedPage = lazyPage(async () => (await import('./shared-page.tsx')).SharedPage)
const AuditPage = lazyPage(async () => (await import('../stack/audit-page.tsx')).AuditPage)

function Page() {
  const at = route.value
  switch (at.page) {
    case 'fleet':
      return <FleetPage />
    case 'add':
      return <AddPage />
    case 'alarms':
      return <AlarmsPage />
    case 'notices':
      return <NoticesPage />
    case 'places':
      return <PlacesPage />
    case 'evidence':
      return <EvidencePage />
    case 'campaigns':
      return <CampaignsPage />
    case 'new-campaign':
      return <NewCampaignPage />
    case 'campaign':
      return <CampaignPage key={at.campaignId} campaignId={at.campaignId} />
    case 'keys':
      return <KeysPage />
    case 'webhooks':
      return <WebhooksPage />
    case 'webhook':
      return <WebhookPage key={at.webhookId} webhookId={at.webhookId} />
    case 'named-commands':
      return <NamedCommandsPage />
    case 'audit':
      return <AuditPage />
    case 'device':
      return <DevicePage key={at.deviceId} deviceId={at.deviceId} view={at.view} />
    case 'browser':
      return <BrowserPage />
    case 'shared':
      return <SharedPage key={at.secret} secret={at.secret} />
    case 'none':
      return (
        <main class="plain">
          <h1>{t.shell.nothingHere}</h1>
          <p>
            <a href="#/">{t.shell.toFleet}</a>
          </p>
        </main>
      )
  }
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** The page that `g` and a letter open. */
const goes: Readonly<Record<string, string>> = {
  a: '#/alarms',
  f: '#/',
  n: '#/notices',
  c: '#/campaigns',
  p: '#/places',
  e: '#/evidence',
  s: '#/settings',
}

/** `/` focuses the search of the page; `g f`, `g a`, `g n`, `g c`, `g e` and `g s` open pages, as in common tools. */
function useShortcuts(): void {
  useEffect(() => {
    let isGoing = false
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('[data-search]')
        if (field) event.preventDefault()
        field?.focus()
      }
      const to = isGoing ? goes[event.key] : undefined
      if (to !== undefined) location.hash = to
      isGoing = event.key === 'g'
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

type Section = { readonly title: string; readonly href: string; readonly pages: readonly Route['page'][] }

const sections: readonly Section[] = [
  { title: t.shell.fleet, href: '#/', pages: ['fleet', 'device', 'add'] },
  { title: t.shell.alarms, href: '#/alarms', pages: ['alarms'] },
  { title: t.shell.notices, href: '#/notices', pages: ['notices'] },
  { title: t.shell.places, href: '#/places', pages: ['places'] },
  { title: t.shell.campaigns, href: '#/campaigns', pages: ['campaigns', 'new-campaign', 'campaign'] },
  { title: t.shell.evidence, href: '#/evidence', pages: ['evidence'] },
  { title: t.shell.settings, href: '#/settings', pages: [...stackPages, 'webhook'] },
]

export function Shell() {
  useShortcuts()
  useEffect(watchBrowserNotices, [])
  const { page } = route.value
  // A shared link shows only its own page, even if this browser has a key.
  if (page === 'shared') return <Page />
  if (!isSignedIn.value) return page === 'browser' ? <Page /> : <SignIn />
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skipToMain}>
        {t.shell.skip}
      </a>
      <header class="top">
        <a class="brand" href="#/">
          H02
        </a>
        <nav aria-label={t.shell.pages}>
          {sections.map(({ title, href, pages }) => (
            <a key={href} href={href} aria-current={pages.includes(page) ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <span class="stage">{config.value?.stage}</span>
        <a href="#/browser" aria-current={page === 'browser' ? 'page' : undefined}>
          {t.browser.title}
        </a>
        <button class="quiet" onClick={() => signOut()}>
          {t.shell.signOut}
        </button>
      </header>
      <Page />
    </div>
  )
}

/** The hash belongs to the router, so the link cannot work by itself. */
function skipToMain(event: Event): void {
  event.preventDefault()
  const main = document.querySelector('main')
  main?.setAttribute('tabindex', '-1')
  main?.focus()
}
