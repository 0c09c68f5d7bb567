import { useEffect, useRef } from 'preact/hooks'
import type { Signal } from '@preact/signals'
import type UPlot from 'uplot'
import { colorOf, whenThemeChanges } from '../map/theme.ts'
import { boundsOfDay, localTimeZone } from '../parts/days.ts'
import { speedOf, speedUnit, toMinute } from '../parts/format.ts'
import type { Day, Fix } from './day.ts'
import { t } from '../text/text.ts'

/** Longer gaps between fixes are clipped at the top: one night would flatten a day of driving. */
const LONGEST_GAP_SECONDS = 600

const speeds = (fixes: readonly Fix[]): UPlot.AlignedData => [
  fixes.map(({ at }) => at / 1000),
  fixes.map(({ speedKmh, valid }) => (valid && speedKmh !== null ? speedOf(speedKmh) : null)),
]
const gaps = (fixes: readonly Fix[]): UPlot.AlignedData => [
  fixes.map(({ at }) => at / 1000),
  fixes.map(({ at }, i) => (i === 0 ? null : Math.min(LONGEST_GAP_SECONDS, (at - fixes[i - 1]!.at) / 1000))),
]

const optionsOf = (
  Plot: typeof UPlot,
  label: string,
  hours: readonly [from: number, to: number],
  width: number,
  onPick: (index: number) => void,
  isPoints: boolean,
): UPlot.Options => {
  const axis = {
    stroke: colorOf('muted'),
    grid: { stroke: colorOf('graticule'), width: 1 },
    ticks: { show: false },
  }
  return {
    width,
    height: 130,
    // The hours at which the axis has lines.
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), localTimeZone()),
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false } },
    // The whole day, including hours without data, so that a time has the same position on every day.
    scales: { x: { time: true, auto: false, min: hours[0], max: hours[1] } },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((seconds) => toMinute(seconds * 1000)) },
      { ...axis, size: 44, label, labelSize: 16, labelFont: '11px system-ui' },
    ],
    series: [
      {},
      {
        stroke: colorOf('accent'),
        width: 1.5,
        ...(isPoints ? { paths: () => null, points: { show: true, size: 4, fill: colorOf('accent') } } : {}),
      },
    ],
    hooks: {
      init: [
        (plot) => {
          plot.over.addEventListener('click', () => {
            const { idx } = plot.cursor
            if (typeof idx === 'number') onPick(idx)
          })
        },
      ],
    },
  }
}

function Chart({
  Plot,
  label,
  data,
  hours,
  at,
  isPoints = false,
}: {
  Plot: typeof UPlot
  label: string
  data: UPlot.AlignedData
  hours: readonly [from: number, to: number]
  at: Signal<number>
  isPoints?: boolean
}) {
  const container = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = container.current!
    let plot: UPlot | null = null
    const draw = (): void => {
      plot?.destroy()
      const options = optionsOf(
        Plot,
        label,
        hours,
        element.clientWidth,
        (index) => (at.value = index),
        isPoints,
      )
      plot = new Plot(options, data, element)
    }
    draw()
    const observer = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height: 130 }))
    observer.observe(element)
    const end = whenThemeChanges(draw)
    return () => {
      observer.disconnect()
      end()
      plot?.destroy()
    }
  }, [data])
  return <div class="chart" ref={container} role="img" aria-label={t.track.overTheDay(label)} />
}

/**
 * The charts, drawn by a library that is loaded on demand. Only libraries are loaded like this: if a part of our own
 * code were, the bundler would move shared code into separate files, for which the first view would have to wait.
 */
export const chartsBy = (Plot: typeof UPlot) =>
  function Charts({ day, at }: { day: Day; at: Signal<number> }) {
    const fixes = day.fixes.value
    const { from, to } = boundsOfDay(day.day.value)
    const hours = [from / 1000, to / 1000] as const
    if (fixes.length < 2) return null
    return (
      <div class="charts">
        <Chart Plot={Plot} label={speedUnit} data={speeds(fixes)} hours={hours} at={at} />
        <Chart Plot={Plot} label={t.track.gap} data={gaps(fixes)} hours={hours} at={at} isPoints />
      </div>
    )
  }
