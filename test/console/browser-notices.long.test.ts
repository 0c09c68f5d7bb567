import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BusEvent } from '#shared/domain/events/bus-event.ts'
import { eventCatalogue } from '#shared/domain/events/catalogue.ts'
import type { EventType } from '#shared/domain/events/event-data.ts'
import { en } from '../../lambdas/console/text/en/index.ts'
import { isSkipped } from '../skip.ts'
import { startApiStage, type ApiStage } from './api-page.ts'
import { missingBrowser } from './browser.ts'

const MINUTE_MS = 60_000

/** What the page would show outside of itself; the browser of the tests shows none. */
const RECORD_NOTIFICATIONS = `
  globalThis.shown = []
  globalThis.Notification = class {
    static permission = 'granted'
    constructor(title, { body }) { shown.push(body === '' ? title : title + ' / ' + body) }
  }
  localStorage.setItem('h02.notices', 'on')
`

describe.skipIf(isSkipped('notifications in the browser', missingBrowser))(
  'notifications in the browser',
  () => {
    let stage: ApiStage
    /** When the API's clock reads an earlier time, it records earlier events. */
    let agoMs = 0
    beforeAll(async () => {
      stage = await startApiStage({ now: () => Date.now() - agoMs })
    })
    afterAll(() => stage?.close())

    let made = 0
    /** Each test has its own, because the server's clock counts seconds here: events of the previous test may be shown. */
    const addVan = async (deviceId: string, name: string) => {
      await stage.api.call('POST', '/v1/devices', { body: { deviceId, name } })
      return (...types: EventType[]) => happens(deviceId, ...types)
    }
    const happens = (deviceId: string, ...types: EventType[]) => {
      const at = Date.now()
      return stage.api.putEvents(
        types.map(
          (type) =>
            ({
              id: `${deviceId}:${made++}`,
              type,
              at,
              deviceId,
              data: eventCatalogue[type].example,
            }) as BusEvent,
        ),
      )
    }
    /** A page whose browser has another clock. */
    const openWithClock = async (aheadMs: number) => {
      const { page } = await stage.open('#/notices')
      await page.addInitScript(RECORD_NOTIFICATIONS)
      await page.clock.setFixedTime(Date.now() + aheadMs)
      const firstRead = page.waitForResponse((response) => response.url().includes('/v1/events'))
      await page.reload()
      await firstRead
      return page
    }

    const shownOf = async (page: Page, name: string) =>
      (await page.evaluate<string[]>('shown')).filter((one) => one.startsWith(name)).toSorted()

    it('name what happened, with the place or the speed', async () => {
      const vanHas = await addVan('9170000001', 'Van 3')
      const page = await openWithClock(0)
      await vanHas('device.moved-parked', 'place.entered', 'place.left', 'place.stayed', 'speed.exceeded')
      await vanHas('device.silent', 'device.online', 'alarm.raised')
      await expect
        .poll(() => shownOf(page, 'Van 3'))
        .toEqual([
          'Van 3 is silent',
          'Van 3: SOS',
          'Van 3: enters a place / Depot',
          'Van 3: leaves a place / Depot',
          `Van 3: ${en.notices.what['device.moved-parked']}`,
          'Van 3: stays in a place / Depot',
          'Van 3: too fast / 94 km/h',
        ])
      await page.context().close()
    })

    it.each([
      ['ahead', 5 * MINUTE_MS, '9170000002'],
      ['behind', -5 * MINUTE_MS, '9170000003'],
    ])('begin now by the clock of the server: the browser is %s', async (name, aheadMs, deviceId) => {
      const vanHas = await addVan(deviceId, name)
      agoMs = MINUTE_MS
      await vanHas('place.left')
      agoMs = 0
      const page = await openWithClock(aheadMs)
      await vanHas('alarm.raised')
      await expect.poll(() => shownOf(page, name)).toEqual([`${name}: SOS`])
      await page.context().close()
    })
  },
)
