/** A fact that supports a verdict. Times are ISO 8601 with milliseconds, durations are seconds, absent is null. */
export type Fact =
  | { readonly code: 'last-heard' }
  | { readonly code: 'last-before-leaving' }
  | { readonly code: 'last-parked' }
  | { readonly code: 'last-own' }
  | { readonly code: 'registered'; readonly at: string }
  | { readonly code: 'heard'; readonly seconds: number; readonly usualSeconds: number }
  | { readonly code: 'clock-showed'; readonly clock: string; readonly at: string }
  | { readonly code: 'clock-ahead'; readonly minutes: number }
  | { readonly code: 'clock-behind'; readonly minutes: number }
  | { readonly code: 'no-gateway'; readonly from: string; readonly to: string | null }
  | { readonly code: 'address-refused'; readonly address: string; readonly sources: string }
  | { readonly code: 'came-to-http'; readonly address: string }
  | { readonly code: 'other-login'; readonly address: string; readonly protocol: string }
  | { readonly code: 'not-registered'; readonly address: string; readonly deviceId: string }
  | { readonly code: 'heard-as'; readonly deviceId: string; readonly at: string }
  | { readonly code: 'not-all-searched' }
  | { readonly code: 'command-written'; readonly intent: string; readonly server: string | null }
  | { readonly code: 'sleep-written'; readonly intent: string }
  | { readonly code: 'alarm-open'; readonly alarm: string }
  | { readonly code: 'battery'; readonly percent: number }
  | { readonly code: 'last-after-cut'; readonly seconds: number }
  | { readonly code: 'quiet-before'; readonly seconds: number; readonly times: number }
  | {
      readonly code: 'silent-together'
      readonly silent: number
      readonly of: number
      readonly network: string
    }
  | { readonly code: 'signal'; readonly percent: number }
  | { readonly code: 'signal-before'; readonly percent: number; readonly seconds: number }

export type FactCode = Fact['code']

/** How a language, or a page, writes a time and a duration. */
type Writing = {
  readonly time: (iso: string) => string
  readonly duration: (seconds: number) => string
}

/** One sentence for each fact. */
type FactTexts = {
  readonly [Code in FactCode]: (fact: Extract<Fact, { code: Code }>, write: Writing) => string
}

export const factTexts: FactTexts = {
  'last-heard': () => 'The last that was heard of it.',
  'last-before-leaving': () => 'Its last frame before it left.',
  'last-parked': () => 'Its last frame: parked.',
  'last-own': () => 'Its own last frame.',
  registered: ({ at }, { time }) => `Registered at ${time(at)}; no session since.`,
  heard: ({ seconds, usualSeconds }, { duration }) =>
    `Heard ${duration(seconds)} ago; up to ${duration(usualSeconds)} is usual.`,
  'clock-showed': ({ clock, at }, { time }) =>
    `Its clock showed ${time(clock)} when this arrived at ${time(at)}.`,
  'clock-ahead': ({ minutes }) =>
    `Its clock is ${minutes} minutes ahead of UTC, as it is configured now, in every frame of late.`,
  'clock-behind': ({ minutes }) =>
    `Its clock is ${minutes} minutes behind UTC, as it is configured now, in every frame of late.`,
  'no-gateway': ({ from, to }, { time }) =>
    `No gateway ran from ${time(from)} on, ${to === null ? 'and none has run since' : `until ${time(to)}`}.`,
  'address-refused': ({ address, sources }) =>
    `A connection from ${address} was refused; allowed are ${sources}.`,
  'came-to-http': ({ address }) => `A frame with this id came to the HTTP port, from ${address}.`,
  'other-login': ({ address, protocol }) =>
    `A login of the protocol ${protocol} with this id came from ${address}.`,
  'not-registered': ({ address, deviceId }) =>
    `${deviceId} dialled in from ${address}, and is not registered.`,
  'heard-as': ({ deviceId, at }, { time }) =>
    `${deviceId}, which is registered too, was last heard at ${time(at)}.`,
  'not-all-searched': () =>
    'There are too many ids to search all of them for a longer one that ends with this id, such as its IMEI.',
  'command-written': ({ intent, server }) =>
    `${server === null ? intent : `${intent} (${server})`} was written to it.`,
  'sleep-written': ({ intent }) => `${intent} was written to it, and nothing woke it since.`,
  'alarm-open': ({ alarm }) => `It raised the alarm ${alarm}, and never cleared it.`,
  battery: ({ percent }) => `Its battery was at ${percent} %.`,
  'last-after-cut': ({ seconds }, { duration }) => `Its last frame, ${duration(seconds)} after the cut.`,
  'quiet-before': ({ seconds, times }, { duration }) =>
    `It was quiet for up to ${duration(seconds)} before, ${times} times, and came back by itself.`,
  'silent-together': ({ silent, of, network }) =>
    `${silent} of ${of} trackers of ${network} that reported until then have been silent since.`,
  signal: ({ percent }) => `Its signal was ${percent} %.`,
  'signal-before': ({ percent, seconds }, { duration }) =>
    `Its signal was ${percent} %, ${duration(seconds)} before it fell silent.`,
}

export const factCodes = Object.keys(factTexts) as [FactCode, ...FactCode[]]

/** The sentence for a fact, from the table of a language. */
export function textOfFact(fact: Fact, texts: FactTexts, write: Writing): string {
  const text: (fact: never, write: Writing) => string = texts[fact.code]
  return text(fact as never, write)
}

const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
  { name: 'second', seconds: 1 },
] as const

/** `3 hours`, `1 minute`: in the largest unit of which there are at least two, otherwise in minutes or seconds. */
function spoken(seconds: number): string {
  const unit = units.find((one) => seconds >= 2 * one.seconds) ?? units.at(-1)!
  const count = Math.round(seconds / unit.seconds)
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`
}

/** English, with times in UTC. */
export const inEnglish = (fact: Fact): string =>
  textOfFact(fact, factTexts, { time: (iso) => iso, duration: spoken })
