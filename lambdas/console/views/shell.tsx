import { useEffect } from 'preact/hooks'
import { config } from '../state/config.ts'
import { route } from '../state/route.ts'
import { isSignedIn, signOut } from '../state/session.ts'
import { DevicePage } from './device.tsx'
import { EvidencePage } from './evidence.tsx'
import { FleetPage } from './fleet.tsx'
import { SignIn } from './sign-in.tsx'

function Page() {
  const at = route.value
  switch (at.page) {
    case 'fleet':
      return <FleetPage />
    case 'evidence':
      return <EvidencePage />
    case 'device':
      return <DevicePage key={at.deviceId} deviceId={at.deviceId} view={at.view} />
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

/** `/` focuses the search of the page; `g f` and `g e` open pages, as in common tools. */
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
      if (isGoing && event.key === 'f') location.hash = '#/'
      if (isGoing && event.key === 'e') location.hash = '#/evidence'
      isGoing = event.key === 'g'
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

export function Shell() {
  useShortcuts()
  if (!isSignedIn.value) return <SignIn />
  const { page } = route.value
  const current = (is: boolean) => (is ? { 'aria-current': 'page' as const } : {})
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
          <a href="#/" {...current(page === 'fleet' || page === 'device')}>
            Fleet
          </a>
          <a href="#/evidence" {...current(page === 'evidence')}>
            Evidence
          </a>
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
