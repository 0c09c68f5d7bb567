import { render } from 'preact'
import { loadConfig, config } from './state/config.ts'
import { finishOidc } from './state/oidc.ts'
import { Shell } from './views/shell.tsx'
import './style.css'

const place = document.getElementById('app')!

try {
  await loadConfig()
  await finishOidc(config.value?.oidc ?? null)
  render(<Shell />, place)
} catch (error) {
  place.textContent = `The console could not start: ${error instanceof Error ? error.message : String(error)}. Reload to try again.`
}
