export const languages = ['en', 'de'] as const
export const unitSystems = ['metric', 'imperial'] as const
export const themes = ['system', 'light', 'dark'] as const

/** The settings of this browser. `timeZone`: an IANA name; null follows the browser. */
export type Choice = {
  readonly language: (typeof languages)[number]
  readonly units: (typeof unitSystems)[number]
  readonly timeZone: string | null
  readonly theme: (typeof themes)[number]
}

const STORAGE_KEY = 'h02.browser'

/** Regions with road signs in miles: the measurement systems US and UK of Unicode CLDR. */
const milesRegions: ReadonlySet<string | undefined> = new Set(['US', 'GB', 'LR', 'MM'])

/** The browser's own settings, from its preferred languages such as `de-AT`. */
export function choiceFrom(preferred: readonly string[]): Choice {
  const preferredLanguages = preferred.map((tag) => tag.slice(0, 2))
  const language = languages.find(
    (one) => one === preferredLanguages.find((tag) => languages.some((own) => own === tag)),
  )
  const region = /-([A-Z]{2})\b/.exec(preferred[0] ?? '')?.[1]
  return {
    language: language ?? 'en',
    units: milesRegions.has(region) ? 'imperial' : 'metric',
    timeZone: null,
    theme: 'system',
  }
}

export function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string' || name === '') return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const oneOf = <T extends string>(values: readonly T[], value: unknown, otherwise: T): T =>
  values.find((one) => one === value) ?? otherwise

/** The stored settings; a missing or unknown value is replaced by the browser's. */
export function readChoice(kept: string | null, otherwise: Choice): Choice {
  let value: unknown
  try {
    value = JSON.parse(kept ?? '{}')
  } catch {
    return otherwise
  }
  if (typeof value !== 'object' || value === null) return otherwise
  const of = value as Partial<Record<keyof Choice, unknown>>
  return {
    language: oneOf(languages, of.language, otherwise.language),
    units: oneOf(unitSystems, of.units, otherwise.units),
    timeZone: isTimeZone(of.timeZone) ? of.timeZone : otherwise.timeZone,
    theme: oneOf(themes, of.theme, otherwise.theme),
  }
}

/** Null outside of a browser, and where the browser forbids storage: the choice then lasts until a reload. */
function storage(): Storage | null {
  try {
    return typeof document === 'undefined' ? null : localStorage
  } catch {
    return null
  }
}

const preferred = typeof document === 'undefined' ? [] : navigator.languages

/** Read once, because texts and formats depend on it: a change reloads the page. */
export const choice: Choice = readChoice(storage()?.getItem(STORAGE_KEY) ?? null, choiceFrom(preferred))

export function keepChoice(next: Choice): void {
  storage()?.setItem(STORAGE_KEY, JSON.stringify(next))
}
