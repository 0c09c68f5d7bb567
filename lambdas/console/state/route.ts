import { computed, signal } from '@preact/signals'

export const deviceTabs = ['overview', 'track', 'terminal', 'commands', 'settings'] as const
type DeviceTab = (typeof deviceTabs)[number]
/** `probe` is a view of its own, under the tab Commands. */
export type DeviceView = DeviceTab | 'probe'

/** Former names, which links may still contain. */
const formerViews: Readonly<Record<string, DeviceView>> = { about: 'settings', probe: 'probe' }

/** Settings of the whole installation. */
export const stackPages = ['keys', 'webhooks', 'named-commands', 'audit'] as const
type StackPage = (typeof stackPages)[number]

export type Route =
  | { readonly page: 'fleet' }
  | { readonly page: 'add' }
  | { readonly page: 'alarms' }
  | { readonly page: 'notices' }
  | { readonly page: 'places' }
  | { readonly page: 'evidence' }
  | { readonly page: 'device'; readonly deviceId: string; readonly view: DeviceView }
  | { readonly page: 'campaigns' }
  | { readonly page: 'new-campaign' }
  | { readonly page: 'campaign'; readonly campaignId: string }
  | { readonly page: StackPage }
  | { readonly page: 'webhook'; readonly webhookId: string }
  /** For people without a key: the secret of the link is its key. */
  | { readonly page: 'shared'; readonly secret: string }
  /** Language, units, time zone and theme. */
  | { readonly page: 'browser' }
  | { readonly page: 'none' }

/** Pages without parameters. */
const plainPages = ['add', 'alarms', 'notices', 'places', 'evidence', 'browser'] as const

const hash = signal(location.hash)
addEventListener('hashchange', () => {
  hash.value = location.hash
})

const viewOf = (name: string): DeviceView | undefined =>
  deviceTabs.find((tab) => tab === name) ?? (Object.hasOwn(formerViews, name) ? formerViews[name] : undefined)

/** Pages are addressed after `#`: one file serves them all, and a link to a page can be shared. */
export const route = computed((): Route => {
  const [page = '', id = '', part = ''] = hash.value.replace(/^#\/?/, '').split('/')
  if (page === '') return { page: 'fleet' }
  const own = plainPages.find((one) => one === page)
  if (own !== undefined) return { page: own }
  if (page === 'campaigns') return toCampaigns(id)
  if (page === 'settings') return toSettings(id, part)
  if (page === 'shared' && id !== '') return { page: 'shared', secret: id }
  const view = viewOf(part || 'overview')
  if (page === 'device' && /^\d{1,15}$/.test(id) && view) return { page: 'device', deviceId: id, view }
  return { page: 'none' }
})

function toCampaigns(id: string): Route {
  if (id === '') return { page: 'campaigns' }
  return id === 'new' ? { page: 'new-campaign' } : { page: 'campaign', campaignId: id }
}

function toSettings(name: string, id: string): Route {
  if (name === 'webhooks' && id !== '') return { page: 'webhook', webhookId: id }
  const known = name === '' ? stackPages[0] : stackPages.find((page) => page === name)
  return { page: known ?? 'none' }
}

export const linkTo = (deviceId: string, view: DeviceView = 'overview'): string =>
  `#/device/${deviceId}${view === 'overview' ? '' : `/${view}`}`
