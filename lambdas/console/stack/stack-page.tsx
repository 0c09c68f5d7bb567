import type { ComponentChildren } from 'preact'
import { route, stackPages } from '../state/route.ts'
import { t } from '../text/text.ts'

/** A settings page of the whole installation, with links to the other ones. */
export function StackPageFrame({ children }: { children: ComponentChildren }) {
  const { page } = route.value
  const current = page === 'webhook' ? 'webhooks' : page
  return (
    <main class="plain">
      <nav class="subnav" aria-label={t.stack.settings}>
        {stackPages.map((name) => (
          <a key={name} href={`#/settings/${name}`} aria-current={name === current ? 'page' : undefined}>
            {t.stack.titles[name]}
          </a>
        ))}
      </nav>
      {children}
    </main>
  )
}
