import { useEffect } from 'preact/hooks'
import { lazyPage } from '../parts/lazy-page.tsx'
import { config } from '../state/config.ts'
import { route, stackPages, type Route } from '../state/route.ts'
import { isSignedIn, signOut } from '../state/session.ts'
import { DevicePage } from './device.tsx'
import { EvidencePage } from './evidence.tsx'
import { FleetPage } from './fleet.tsx'
import { SignIn } from './sign-in.tsx'

const AlarmsPage = lazyPage(async () => (await import('../alarms/alarms-page.tsx')).AlarmsPage)
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
const SharedPage = lazyPage(async () => (await import('./shared-page.tsx')).SharedPage)
const AuditPage = lazyPage(async () => (await import('../stack/audit-page.tsx')).AuditPage)

function Page() {
  const at = route.value
  switch (at.page) {
    case 'fleet':
      return <FleetPage />
    case 'alarms':
      return <AlarmsPage />
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
    case 'shared':
      return <SharedPage key={at.secret} secret={at.secret} />
    case 'none':
      return (
        <main class="plain">
          <h1>Nothing is here</h1>
          <p>
            <a href="#/">To the fleet</a>
          </p>
        </main>
      )
  }
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** What `g` and a letter opens. */
const goes: Readonly<Record<string, string>> = {
  a: '#/alarms',
  f: '#/',
  c: '#/campaigns',
  e: '#/evidence',
  s: '#/settings',
}

/** `/` focuses the search of the page; `g f`, `g a`, `g c`, `g e` and `g s` open pages, as in common tools. */
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
  { title: 'Fleet', href: '#/', pages: ['fleet', 'device'] },
  { title: 'Alarms', href: '#/alarms', pages: ['alarms'] },
  { title: 'Campaigns', href: '#/campaigns', pages: ['campaigns', 'new-campaign', 'campaign'] },
  { title: 'Evidence', href: '#/evidence', pages: ['evidence'] },
  { title: 'Settings', href: '#/settings', pages: [...stackPages, 'webhook'] },
]

export function Shell() {
  useShortcuts()
  const { page } = route.value
  // Whoever opens a link has no key, and sees nothing else, even if a key is known here.
  if (page === 'shared') return <Page />
  if (!isSignedIn.value) return <SignIn />
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to content
      </a>
      <header class="top">
        <a class="brand" href="#/">
          H02
        </a>
        <nav aria-label="Pages">
          {sections.map(({ title, href, pages }) => (
            <a key={href} href={href} aria-current={pages.includes(page) ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <span class="stage">{config.value?.stage}</span>
        <button class="quiet" onClick={() => signOut()}>
          Sign out
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
