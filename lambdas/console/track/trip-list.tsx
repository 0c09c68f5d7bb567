import type { TripAnswer, TripListAnswer } from '../api/types.ts'
import { toDistance, toDuration, toMinute, toSpeed } from '../parts/format.ts'
import { placeOf } from '../places/load.ts'
import { t } from '../text/text.ts'

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

/** `08:12 – 08:47`; a trip or stop that crosses midnight is cut at the limits of the day. */
function toTimes(
  from: string,
  to: string | null,
  day: { readonly from: number; readonly to: number },
): string {
  const begin = Math.max(day.from, Date.parse(from))
  const end = to === null || Date.parse(to) > day.to ? '…' : toMinute(Date.parse(to))
  return `${toMinute(begin)} – ${end}`
}

function Trip({ trip, times, onPick }: { trip: TripAnswer; times: string; onPick: () => void }) {
  const [start, end] = [placeOf(trip.start), placeOf(trip.end)]
  const way = start === end ? start : `${start ?? '?'} → ${end ?? '?'}`
  return (
    <button class="part" onClick={onPick}>
      <strong>{times}</strong>
      <span>
        {t.track.trip(toDistance(trip.distanceKm), toDuration(trip.movingSeconds), toSpeed(trip.topSpeedKmh))}
      </span>
      {way !== null && <small>{way}</small>}
      {trip.endsInGap && <small>{t.track.fellSilent}</small>}
    </button>
  )
}

function Stop({ stop, times, onPick }: { stop: StopAnswer; times: string; onPick: () => void }) {
  const place = placeOf(stop)
  return (
    <button class="part stop" onClick={onPick}>
      <span>{t.track.parked(times)}</span>
      {place !== null && <small>{place}</small>}
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
  day: { readonly from: number; readonly to: number }
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
              <Trip trip={part.trip} times={toTimes(part.from, part.trip.to, day)} onPick={pick} />
            ) : (
              <Stop stop={part.stop} times={toTimes(part.from, part.stop.to, day)} onPick={pick} />
            )}
          </li>
        )
      })}
    </ol>
  )
}
