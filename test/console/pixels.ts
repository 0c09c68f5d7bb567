import type { Page } from 'playwright-core'

/** How many pixels of the map have a color, written #rrggbb. */
export async function countPixels(page: Page, color: string): Promise<number> {
  const png = (await page.locator('.map').screenshot()).toString('base64')
  const wanted = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))
  return page.evaluate<number>(`(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${png}'
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0)
    const { data } = context.getImageData(0, 0, image.width, image.height)
    const wanted = ${JSON.stringify(wanted)}
    let count = 0
    for (let i = 0; i < data.length; i += 4)
      if (wanted.every((value, at) => Math.abs(data[i + at] - value) <= 1)) count++
    return count
  })()`)
}
