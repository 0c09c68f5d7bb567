import type { ComponentChildren } from 'preact'
import { route, stackPages, type StackPage } from '../state/route.ts'

const titles: Readonly<Record<StackPage, string>> = {
  keys: 'API keys',
  webhooks: 'Webhooks',
  'named-commands': 'Named commands',
  audit: 'Audit',
}

/** A settings page of the whole installation, with the way to the others. */
export function StackPageFrame({ children }: { children: ComponentChildren }) {
  const { page } = route.value
  const current = page === 'webhook' ? 'webhooks' : page
  return (
    <main class="plain">
      <nav class="subnav" aria-label="Settings">
        {stackPages.map((name) => (
          <a key={name} href={`#/settings/${name}`} aria-current={name === current ? 'page' : undefined}>
            {titles[name]}
          </a>
        ))}
      </nav>
      {children}
    </main>
  )
}
