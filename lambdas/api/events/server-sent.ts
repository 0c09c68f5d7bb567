import type { StoredEvent } from '../../shared/store/event-reader.ts'

/** How long a client should wait before it connects again. */
const RETRY_MS = 2_000

/** Sent first, so that a client knows that it is connected. */
export const STREAM_BEGIN = `retry: ${RETRY_MS}\n: connected\n\n`

/** Formats an event as `text/event-stream`. Null is formatted as a comment, which keeps the connection alive. */
export const toServerSent = (event: StoredEvent | null): string =>
  event === null
    ? ': nothing happened\n\n'
    : `id: ${event.key}\nevent: ${event.type}\ndata: ${JSON.stringify(event.event)}\n\n`

/** When the event with this id was recorded, ms; null if no stream returned such an id. */
export function readLastEventId(id: string): number | null {
  const [, time] = /^(\d{13})#/.exec(id) ?? []
  return time === undefined ? null : Number(time)
}

/** A body that is written as fast as it is read. `onClose` is called when the reader has gone or the body has ended. */
export function toBody(texts: AsyncGenerator<string>, onClose: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await texts.next()
        if (done !== true) return controller.enqueue(encoder.encode(value))
        onClose()
        controller.close()
      },
      cancel: () => {
        onClose()
        // The source may be waiting. It ends at its next step.
        void texts.return(undefined)
      },
    },
    { highWaterMark: 1 },
  )
}
