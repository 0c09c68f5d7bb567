import { render } from 'preact'
import { followTheme } from './map/theme.ts'
import { startClock } from './state/clock.ts'
import { loadConfig } from './state/config.ts'
import { finishOidc, isBackFromOidc } from './state/oidc.ts'
import { choice } from './text/choice.ts'
import { t } from './text/text.ts'
import { Shell } from './views/shell.tsx'
import './style.css'
import './pages.css'

document.documentElement.lang = choice.language
followTheme()
startClock()
const element = document.getElementById('app')!

try {
  const configured = loadConfig()
  // Only someone who returns from the identity provider has to wait for the configuration.
  if (isBackFromOidc()) await finishOidc((await configured).oidc)
  render(<Shell />, element)
  await configured
} catch (error) {
  render(null, element)
  element.textContent = t.shell.notStarted(error instanceof Error ? error.message : String(error))
}
