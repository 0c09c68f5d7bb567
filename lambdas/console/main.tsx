import { render } from 'preact'
import { loadConfig } from './state/config.ts'
import { finishOidc, isBackFromOidc } from './state/oidc.ts'
import { Shell } from './views/shell.tsx'
import './style.css'

const element = document.getElementById('app')!

try {
  const configured = loadConfig()
  // Whoever is back from the identity provider waits; everybody else need not know how the deployment is set up.
  if (isBackFromOidc()) await finishOidc((await configured).oidc)
  render(<Shell />, element)
  await configured
} catch (error) {
  render(null, element)
  element.textContent = `The console could not start: ${error instanceof Error ? error.message : String(error)}. Reload to try again.`
}
