import type { TripAnswer, TripListAnswer } from '../api/types.ts'
import { toDistance, toDuration, toSpeed } from '../parts/format.ts'
import { nearestTown } from '../towns/load.ts'
import { now } from '../state/clock.ts'
import { t } from '../text/text.ts'
import { isLost, timesOf } from './part-times.ts'

type StopAnswer = TripListAnswer['stops'][number]
type Part =
  | { readonly kind: 'trip'; readonly from: string; readonly trip: TripAnswer }
  | { readonly kind: 'stop'; readonly from: string; readonly stop: StopAnswer }

/** Trips and stops, ordered by when they began. */
const partsOf = ({ trips, stops }: TripListAnswer): Part[] =>
  [
    ...trips.map((trip): Part => ({ kind: 'trip', from: trip.from, trip })),
    ...stops.map((stop): Part => ({ kind: 'stop', from: stop.from, stop })),
  ].toSorted((a, b) => (a.from < b.from ? -1 : 1))

type Range = { readonly from: number; readonly to: number }

function Trip({ trip, day, onPick }: { trip: TripAnswer; day: Range; onPick: () => void }) {
  const isOver = isLost(trip, now.value)
  const [start, end] = [nearestTown(trip.start), nearestTown(trip.end)]
  const way = start === end ? start : `${start ?? '?'} → ${end ?? '?'}`
  return (
    <button class="part" onClick={onPick}>
      <strong>{timesOf(trip, day, isOver ? trip.lastAt : trip.to)}</strong>
      <span>
        {t.track.trip(toDistance(trip.distanceKm), toDuration(trip.movingSeconds), toSpeed(trip.topSpeedKmh))}
      </span>
      {way !== null && <small>{way}</small>}
      {(trip.endsInGap || isOver) && <small>{t.track.fellSilent}</small>}
    </button>
  )
}

function Stop({ stop, day, onPick }: { stop: StopAnswer; day: Range; onPick: () => void }) {
  const town = nearestTown(stop)
  return (
    <button class="part stop" onClick={onPick}>
      <span>{t.track.parked(timesOf(stop, day))}</span>
      {town !== null && <small>{town}</small>}
    </button>
  )
}

/** The trips and stops of a day. `onPick` gets the time at which the part begins. */
export function TripList({
  list,
  day,
  onPick,
}: {
  list: TripListAnswer
  day: Range
  onPick: (from: number) => void
}) {
  const parts = partsOf(list)
  if (parts.length === 0) return <p class="hint">{t.track.noTrip}</p>
  return (
    <ol class="parts" aria-label={t.track.tripsAndStops}>
      {parts.map((part) => {
        const pick = (): void => onPick(Date.parse(part.from))
        return (
          <li key={`${part.kind}-${part.from}`}>
            {part.kind === 'trip' ? (
              <Trip trip={part.trip} day={day} onPick={pick} />
            ) : (
              <Stop stop={part.stop} day={day} onPick={pick} />
            )}
          </li>
        )
      })}
    </ol>
  )
}
