import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import type { Bar } from './bars.ts'
import { meter, readMeter } from './console-meter.ts'
import { openConsole, describeFrames } from './console-page.ts'
import { say } from './say.ts'
import type { Sender } from './console-sender.ts'
import type { Api } from './load-api.ts'
import { quantile } from './timing.ts'

/** Time between keys of a fast typist. */
const KEY_EVERY_MS = 60
const LONG_FRAME_MS = 100
const MAX_LONG_FRAMES = 0.05
const MAX_KEY_MS = 200
/** After the last frame, for the last picture. */
const PATIENCE_MS = 30_000

/** Lines with some, no and many matches, so that the suggestions change with each key. */
const lines = [
  'CXZT',
  '8050000 20',
  'interval 30 please',
  '*HQ,9170000000,S71,130305,22,20#',
  'status',
  'qwertz 0123456789',
]

/** Someone types into the command field while a device sends faster than any real one. */
export async function measureTerminal(
  browser: Browser,
  api: Api,
  {
    deviceId,
    sender,
    framesPerSecond,
    seconds,
  }: { deviceId: string; sender: Sender; framesPerSecond: number; seconds: number },
): Promise<Bar[]> {
  const { page, close } = await openConsole(browser, api, { hash: `#/device/${deviceId}/terminal` })
  await page.locator('li.line.up').first().waitFor()
  await page.locator('.terminal .banner').waitFor({ state: 'detached' })
  const typing = { keys: 0, lost: 0 }
  const { frames, keys } = await meter(page, async () => {
    const stop = new AbortController()
    const typed = typeUntil(page, stop.signal, typing)
    await sender.send(framesPerSecond, seconds)
    stop.abort()
    await typed
  })
  const missing = await waitForAll(page, sender.sent)
  const kept = await readDownload(page)
  await close()

  const isSent = new Set(sender.sent)
  const ours = kept.filter((text) => isSent.has(text))
  const place = new Map(sender.sent.map((text, i) => [text, i]))
  const nowhere = missing.filter((text) => !ours.includes(text))
  const longShare = frames.filter((ms) => ms > LONG_FRAME_MS).length / frames.length
  say(
    `terminal, ${framesPerSecond} frames/s for ${seconds} s: ${sender.sent.length} frames sent, ${sender.sent.length - missing.length} drawn, ${new Set(ours).size} of the newest in the download`,
  )
  say(
    `terminal: ${describeFrames(frames)}; ${(longShare * 100).toFixed(1)} % took longer than ${LONG_FRAME_MS} ms`,
  )
  say(
    `terminal: ${typing.keys} characters typed meanwhile, in the picture after ${quantile(keys, 0.5).toFixed(0)} ms (median), p95 ${quantile(keys, 0.95).toFixed(0)} ms`,
  )
  return [
    { name: 'terminal: characters typed and lost', value: typing.lost, atMost: 0 },
    { name: 'terminal: characters typed', value: typing.keys, atLeast: seconds },
    { name: 'terminal: frames sent and lost', value: nowhere.length, atMost: 0 },
    {
      name: 'terminal: frames out of order, or reported twice',
      value: ours.filter((text, i) => i > 0 && place.get(text) !== place.get(ours[i - 1]!)! + 1).length,
      atMost: 0,
    },
    {
      name: 'terminal: share of pictures that took longer than 100 ms',
      value: longShare,
      atMost: MAX_LONG_FRAMES,
    },
    { name: 'terminal: ms from a key to its picture, p95', value: quantile(keys, 0.95), atMost: MAX_KEY_MS },
  ]
}

/** Types line by line, and compares the field with what was typed at the end of each. */
async function typeUntil(
  page: Page,
  stop: AbortSignal,
  typing: { keys: number; lost: number },
): Promise<void> {
  const field = page.locator('.composer input[role=combobox]')
  await field.focus()
  for (let i = 0; !stop.aborted; i++) {
    const line = lines[i % lines.length]!
    await page.keyboard.type(line, { delay: KEY_EVERY_MS })
    typing.keys += line.length
    typing.lost += charactersLost(line, await field.inputValue())
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.press('Delete')
    const left = await field.inputValue()
    if (left !== '') throw new Error(`the field could not be emptied: ${left}`)
  }
}

/** Those of `typed` that are not in `found`, in this order; one at least when there is anything else in it. */
export function charactersLost(typed: string, found: string): number {
  if (found === typed) return 0
  let at = 0
  for (const character of typed) if (character === found[at]) at++
  return Math.max(1, typed.length - at)
}

/** Waits until the last frame is drawn; returns the frames that were not drawn. */
async function waitForAll(page: Page, sent: readonly string[]): Promise<string[]> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const drawn = new Set((await readMeter(page)).drawn)
    const missing = sent.filter((text) => !drawn.has(text))
    if (missing.length === 0 || performance.now() > until) return missing
    await sleep(200)
  }
}

/** Rows of the tracker as the terminal keeps them, in its order. */
async function readDownload(page: Page): Promise<string[]> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ])
  const text = await readFile(await download.path(), 'utf8')
  return text.split('\n').flatMap((line) => /^\S+ < (.*)$/.exec(line)?.[1] ?? [])
}
