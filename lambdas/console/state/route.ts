import { computed, signal } from '@preact/signals'

export const deviceTabs = ['terminal', 'track', 'probe', 'about'] as const
export type DeviceTab = (typeof deviceTabs)[number]

export type Route =
  | { readonly page: 'fleet' }
  | { readonly page: 'evidence' }
  | { readonly page: 'device'; readonly deviceId: string; readonly tab: DeviceTab }
  | { readonly page: 'none' }

const hash = signal(location.hash)
addEventListener('hashchange', () => {
  hash.value = location.hash
})

/** Pages are addressed after `#`: one file serves them all, and a link to a page can be shared. */
export const route = computed((): Route => {
  const [page = '', id = '', tab = 'terminal'] = hash.value.replace(/^#\/?/, '').split('/')
  if (page === '') return { page: 'fleet' }
  if (page === 'evidence') return { page: 'evidence' }
  const known = deviceTabs.find((name) => name === tab)
  if (page === 'device' && /^\d{1,15}$/.test(id) && known) return { page: 'device', deviceId: id, tab: known }
  return { page: 'none' }
})

export const linkTo = (deviceId: string, tab: DeviceTab = 'terminal'): string =>
  `#/device/${deviceId}${tab === 'terminal' ? '' : `/${tab}`}`
