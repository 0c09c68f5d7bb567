import type { Page } from 'playwright-core'

/** Something to wait for: an element, with this text if one is given. */
export type Sight = { readonly name: string; readonly selector: string; readonly text?: string }

/** Times in ms; of `seen`, since the navigation began. */
type Measured = {
  readonly seen: Readonly<Record<string, number>>
  /** From one animation frame to the next, while it was on. */
  readonly frames: readonly number[]
  /** From a key to the picture that shows what it did. */
  readonly keys: readonly number[]
  /** Text of all frames of trackers that were drawn in the terminal. */
  readonly drawn: readonly string[]
}

/**
 * Measures from inside the page. It is sent there as text, so it cannot use anything of this module; the page's types are not known
 * here.
 */
export function installMeter(sights: readonly Sight[]): void {
  const page = globalThis as any
  const { document, performance } = page
  const seen: Record<string, number> = {}
  const drawn = new Set<string>()
  let frames: number[] = []
  let keys: number[] = []
  let lastFrame = 0
  let isOn = false
  /** Of several chains of animation frames, when it was switched off and on between two of them, one counts. */
  let chain = 0

  /** Runs when the browser has drawn what the page is now: behind the next animation frame comes the drawing. */
  const afterDrawing = (work: () => void): void =>
    page.requestAnimationFrame(() => {
      const channel = new page.MessageChannel()
      channel.port1.addEventListener('message', work)
      channel.port1.start()
      channel.port2.postMessage(null)
    })
  const nextPicture = (): Promise<void> => new Promise((resolve) => afterDrawing(resolve))
  const follow = (own: number): void =>
    page.requestAnimationFrame((at: number) => {
      if (!isOn || own !== chain) return
      if (lastFrame > 0) frames.push(at - lastFrame)
      lastFrame = at
      follow(own)
    })

  const waiting = new Map(sights.map((sight) => [sight.name, sight]))
  const look = (changes: readonly any[]): void => {
    for (const [name, { selector, text }] of waiting) {
      const found = document.querySelector(selector)
      if (!found || found.disabled || (text !== undefined && found.textContent !== text)) continue
      waiting.delete(name)
      afterDrawing(() => (seen[name] = performance.now()))
    }
    for (const { addedNodes } of changes)
      for (const node of addedNodes) {
        const lines = node.matches?.('li.line.up') ? [node] : (node.querySelectorAll?.('li.line.up') ?? [])
        for (const line of lines) drawn.add(line.querySelector('.raw').textContent)
      }
  }
  new page.MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true })
  page.addEventListener(
    'keydown',
    (event: any) => afterDrawing(() => isOn && keys.push(performance.now() - event.timeStamp)),
    { capture: true },
  )

  page.meter = {
    /** Done when the first picture is there, from which the next is measured. */
    on: () => {
      ;[frames, keys, lastFrame, isOn] = [[], [], 0, true]
      follow(++chain)
      return nextPicture()
    },
    /** Done when what is under way is drawn. */
    off: async () => {
      await nextPicture()
      isOn = false
    },
    read: () => ({ seen, frames, keys, drawn: [...drawn] }),
  }
}

export const readMeter = (page: Page): Promise<Measured> => page.evaluate<Measured>('meter.read()')

/** What the page does meanwhile. */
export async function meter(page: Page, work: () => Promise<unknown>): Promise<Measured> {
  await page.evaluate('meter.on()')
  await work()
  await page.evaluate('meter.off()')
  return readMeter(page)
}
