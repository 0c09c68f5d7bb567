import type { LayerSpecification } from 'maplibre-gl'
import type { RowState } from '../state/fleet.ts'
import type { GlMap } from './gl.ts'
import { colorOf } from './theme.ts'

const SIZE = 28
const PIXEL_RATIO = 2
const colors: Readonly<Record<RowState, string>> = {
  alarm: 'alarm',
  online: 'accent',
  silent: 'faint',
  offline: 'muted',
}
/** Draws on a canvas of `size` CSS pixels, whose middle is the origin. */
function toImage(size: number, draw: (context: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size * PIXEL_RATIO
  const context = canvas.getContext('2d')!
  context.scale(PIXEL_RATIO, PIXEL_RATIO)
  context.translate(size / 2, size / 2)
  draw(context)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}

function fill(context: CanvasRenderingContext2D, color: string): void {
  context.fillStyle = colorOf(color)
  context.strokeStyle = colorOf('raised')
  context.lineWidth = 2
  context.lineJoin = 'round'
  context.fill()
  context.stroke()
}

const shapes = {
  dot: (context: CanvasRenderingContext2D): void => context.arc(0, 0, 7, 0, 2 * Math.PI),
  arrow: (context: CanvasRenderingContext2D): void => {
    context.moveTo(0, -11)
    context.lineTo(9, 10)
    context.lineTo(0, 5.5)
    context.lineTo(-9, 10)
    context.closePath()
  },
}

/** Counts are drawn as images, because a third-party style may not have a known font. */
const toCluster = (text: string): ImageData =>
  toImage(40, (context) => {
    context.beginPath()
    context.arc(0, 0, 11 + 2 * text.length, 0, 2 * Math.PI)
    fill(context, 'accent')
    context.fillStyle = colorOf('accent-ink')
    context.font = '600 12px system-ui, sans-serif'
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillText(text, 0, 0.5)
  })

function drawIcon(id: string): ImageData | null {
  const [kind = '', what = ''] = id.split('-')
  if (kind === 'cluster') return toCluster(what)
  if (!(kind === 'dot' || kind === 'arrow') || !Object.hasOwn(colors, what)) return null
  return toImage(SIZE, (context) => {
    context.beginPath()
    shapes[kind](context)
    fill(context, colors[what as RowState])
  })
}

/** Adds the icons of devices. The icon of a cluster is drawn when a layer first requests it. */
export function addVehicleIcons(map: GlMap): void {
  const add = (id: string): void => {
    const image = drawIcon(id)
    if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: PIXEL_RATIO })
  }
  for (const kind of Object.keys(shapes)) for (const state of Object.keys(colors)) add(`${kind}-${state}`)
  map.on('styleimagemissing', ({ id }: { readonly id: string }) => add(id))
}

/** Draws the icons again in the colors of the theme. */
export function paintVehicleIcons(map: GlMap): void {
  for (const id of map.listImages()) {
    const image = drawIcon(id)
    if (image) map.updateImage(id, image)
  }
}

/** One layer for all devices, so that the graphics card can draw ten thousand of them. */
export const vehicleLayer = (id: string, source: string): LayerSpecification => ({
  id,
  type: 'symbol',
  source,
  filter: ['!', ['has', 'point_count']],
  layout: {
    'icon-image': ['get', 'icon'],
    'icon-rotate': ['get', 'course'],
    'icon-rotation-alignment': 'map',
    'icon-allow-overlap': true,
    'icon-ignore-placement': true,
  },
})

export const clusterLayer = (id: string, source: string): LayerSpecification => ({
  id,
  type: 'symbol',
  source,
  filter: ['has', 'point_count'],
  layout: {
    'icon-image': ['concat', 'cluster-', ['to-string', ['get', 'point_count_abbreviated']]],
    'icon-allow-overlap': true,
    'icon-ignore-placement': true,
  },
})
