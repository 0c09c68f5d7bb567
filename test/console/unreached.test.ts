import { afterEach, expect, it, vi } from 'vitest'
import { createSend, Refusal } from '../../lambdas/console/api/client.ts'

afterEach(() => vi.unstubAllGlobals())

const request = () => new Request('http://127.0.0.1/v1/devices')
const send = createSend(
  () => 'a key',
  () => {},
)

it.each(['Failed to fetch', 'Load failed', 'NetworkError when attempting to fetch resource.'])(
  'a server that does not answer has the same sentence in all browsers: %s',
  async (words) => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError(words)))
    await expect(send(request())).rejects.toThrow(/^This server cannot be reached: .*try again\.$/)
  },
)

it('an aborted request stays an aborted request', async () => {
  const aborted = new DOMException('The operation was aborted.', 'AbortError')
  vi.stubGlobal('fetch', () => Promise.reject(aborted))
  await expect(send(request())).rejects.toBe(aborted)
})

it('an answer that refuses is a refusal', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ title: 'Not found' }, { status: 404 })))
  await expect(send(request())).rejects.toBeInstanceOf(Refusal)
})
