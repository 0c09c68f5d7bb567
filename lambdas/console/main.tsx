import { render } from 'preact'
import { loadConfig } from './state/config.ts'
import { finishOidc, isBackFromOidc } from './state/oidc.ts'
import { Shell } from './views/shell.tsx'
import './style.css'
import './pages.css'

const element = document.getElementById('app')!

try {
  const configured = loadConfig()
  // Only someone who returns from the identity provider has to wait for the configuration.
  if (isBackFromOidc()) await finishOidc((await configured).oidc)
  render(<Shell />, element)
  await configured
} catch (error) {
  render(null, element)
  element.textContent = `The console could not start: ${error instanceof Error ? error.message : String(error)}. Reload to try again.`
}
