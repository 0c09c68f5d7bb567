import { afterAll, beforeAll, vi } from 'vitest'

/**
 * Loads modules of the console as in a browser with these settings, for the tests of one block. They read the settings when they are
 * imported, so `load` must import them.
 */
export function inBrowserWith<Loaded>(settings: object, load: () => Promise<Loaded>): () => Loaded {
  let loaded: Loaded
  beforeAll(async () => {
    vi.resetModules()
    vi.stubGlobal('document', {})
    vi.stubGlobal('navigator', { languages: ['en'] })
    vi.stubGlobal('localStorage', { getItem: () => JSON.stringify(settings) })
    loaded = await load()
  })
  afterAll(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })
  return () => loaded
}
