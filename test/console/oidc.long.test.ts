import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDataDir, removeDataDir } from '../e2e/harness.ts'
import { isSkipped } from '../skip.ts'
import { missingBrowser, openPage } from './browser.ts'
import { startFakeProvider, type FakeProvider } from './fake-provider.ts'
import { ADMIN_KEY, picture, startStage, type Stage } from './harness.ts'

const AUDIENCE = 'h02-api'
const DEVICE_ID = '9170000311'

describe.skipIf(isSkipped('signing in to the console by OpenID Connect', missingBrowser))(
  'signing in by OpenID Connect',
  () => {
    const dataDir = makeDataDir()
    let provider: FakeProvider
    let stage: Stage

    beforeAll(async () => {
      provider = await startFakeProvider('console')
      stage = await startStage(dataDir, {
        JWT_ISSUER: provider.issuer,
        JWT_AUDIENCE: AUDIENCE,
        OIDC_CLIENT_ID: provider.clientId,
        OIDC_SCOPE: 'openid h02/read',
      })
      const made = await fetch(`${stage.embedded.httpUrl}/v1/devices`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify([{ deviceId: DEVICE_ID }]),
      })
      expect(made.ok).toBe(true)
    })
    afterAll(async () => {
      await stage?.close()
      await provider?.close()
      removeDataDir(dataDir)
    })

    /** Signs in at the provider; resolves when the page has been left. */
    const signIn = async (hash = '') => {
      const { page, complaints } = await openPage(stage.browser, `${stage.embedded.httpUrl}/${hash}`)
      await page.getByRole('button', { name: 'Sign in with your organization' }).click()
      return { page, complaints }
    }

    it('goes to the fleet, with the scopes of the token, and leaves no code in the address', async () => {
      const { page, complaints } = await signIn()
      await page.getByRole('link', { name: DEVICE_ID }).waitFor()
      expect(page.url()).toBe(`${stage.embedded.httpUrl}/`)
      expect(complaints.filter((text) => !text.startsWith('request to elsewhere'))).toEqual([])
      const kept = await page.evaluate<string>("sessionStorage.getItem('h02.key')")
      const ask = (method: string) =>
        fetch(`${stage.embedded.httpUrl}/v1/devices/${DEVICE_ID}`, {
          method,
          headers: { authorization: `Bearer ${kept}` },
        })
      expect([(await ask('GET')).status, (await ask('DELETE')).status]).toEqual([200, 403])
      await page.context().close()
    })

    it('returns to the requested page', async () => {
      const { page } = await signIn(`#/device/${DEVICE_ID}/settings`)
      await page.getByRole('navigation', { name: 'Pages' }).waitFor()
      expect(page.url()).toBe(`${stage.embedded.httpUrl}/#/device/${DEVICE_ID}/settings`)
      await page.getByRole('heading', { name: DEVICE_ID }).waitFor()
      await page.context().close()
    })

    it('refuses a token for another audience, with an explanation', async () => {
      provider.audience = 'another-api'
      const { page } = await signIn()
      const alert = page.getByRole('alert')
      await alert.filter({ hasText: 'this gateway does not accept its token' }).waitFor()
      await picture(page, 'sign-in-refused')
      expect(await page.evaluate("sessionStorage.getItem('h02.key')")).toBe(null)
      await page.context().close()
      provider.audience = null
    })

    it('shows the error of the provider when no one signed in there', async () => {
      provider.isWilling = false
      const { page } = await signIn()
      await page.getByRole('alert').filter({ hasText: 'Anna does not want to' }).waitFor()
      await page.getByLabel('API key').waitFor()
      await page.context().close()
      provider.isWilling = true
    })

    it('rejects a code that this tab has not requested', async () => {
      const { page } = await openPage(stage.browser, `${stage.embedded.httpUrl}/?code=stolen&state=guessed`)
      await page.getByLabel('API key').waitFor()
      expect(await page.evaluate("sessionStorage.getItem('h02.key')")).toBe(null)
      await page.context().close()
    })
  },
)
