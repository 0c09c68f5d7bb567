/** Which literals of a device and of a command are secrets: passwords, access data of an APN, phone numbers. */
import { entryOf } from './entries/index.ts'
import { maskText } from './mask.ts'
import { MASK } from './painting.ts'
import { findWhole, type TemplateMatch } from './recognize.ts'
import { FACTORY_PASSWORD, PASSWORD_SLOT } from './template.ts'
import { toLatin1 } from './text.ts'
import type { CatalogueEntry, Dialect, Params } from './types.ts'

/** The fields of a command that can contain secrets. `raw`: the bytes that a person typed; null for an intent. */
export type SecretBearing = {
  readonly intent: string
  readonly params: Params
  readonly raw: Uint8Array | null
  /** `auto`: it may be written in either dialect. */
  readonly dialect: Dialect | 'auto'
}

/** The registered password as a literal to search for. None if it is unknown or the factory password. */
export const deviceSecrets = (password: string | null): readonly string[] =>
  password === null || password === FACTORY_PASSWORD || password.trim() === '' ? [] : [password]

/** The secret literals of a command, without the device's registered password. */
export function commandSecrets({ intent, params, raw }: Omit<SecretBearing, 'dialect'>): readonly string[] {
  const given = secretParams(entryOf(intent), params)
  const typed = raw === null ? [] : findWhole(toLatin1(raw)).flatMap(matchSecrets)
  return [...new Set([...given, ...typed])]
}

/**
 * Whether the bytes of a command contain a secret, so that only the real device may receive them. `password`: the registered one;
 * null if unknown.
 */
export function carriesSecret(command: SecretBearing, password: string | null): boolean {
  const { intent, raw, dialect } = command
  if (commandSecrets(command).length > 0) return true
  const own = deviceSecrets(password)
  if (raw === null) return own.length > 0 && dialect !== 'h02' && hasPasswordSlot(entryOf(intent), dialect)
  const text = toLatin1(raw)
  return own.some((literal) => text.includes(literal)) || hidesMoreThanFactory(text)
}

const secretNames = (entry: CatalogueEntry): readonly string[] =>
  entry.params.filter(({ secret }) => secret).map(({ name }) => name)

const secretParams = (entry: CatalogueEntry | null, params: Params): readonly string[] =>
  entry === null
    ? []
    : secretNames(entry).flatMap((name) => {
        const value = params[name]
        return value === undefined || value === '' ? [] : [String(value)]
      })

const matchSecrets = ({ template, match }: TemplateMatch): readonly string[] =>
  [PASSWORD_SLOT, ...secretNames(template.entry)].flatMap((name) => {
    const value = match.groups?.[name]
    return value === undefined || value === FACTORY_PASSWORD ? [] : [value]
  })

const hasPasswordSlot = (entry: CatalogueEntry | null, dialect: Dialect | 'auto'): boolean =>
  entry !== null &&
  entry.encodings.some(
    (encoding) =>
      (dialect === 'auto' || encoding.dialect === dialect) &&
      encoding.template.includes(`{${PASSWORD_SLOT}}`),
  )

/** In `8050000`, `0000` is the factory password. Everything else that is masked may be a secret. */
function hidesMoreThanFactory(text: string): boolean {
  const masked = maskText(text, 'down')
  const factory = text
    .replace(/(?<!\d)(\d{3})0000(?!\d)/g, `$1${MASK}`)
    .replace(/([A-Za-z])0000(?!\d)/g, `$1${MASK}`)
  return masked !== text && masked !== factory
}
