import fc from 'fast-check'
import {
  catalogue,
  checkParams,
  type CatalogueEntry,
  type CommandAddress,
  type ParamSpec,
  type ParamValue,
} from '#h02/catalogue/index.ts'

export const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
export const toBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

/** 01:02:03 UTC */
export const address: CommandAddress = {
  maker: 'HQ',
  id: '9170000000',
  password: '4711',
  now: Date.UTC(2026, 0, 2, 1, 2, 3),
}

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), minLength: min, maxLength: max })
const letters = (alphabet: string, min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength: min, maxLength: max })

/** Any value that a parameter accepts. */
function valueOf(spec: ParamSpec): fc.Arbitrary<ParamValue> {
  if (spec.pattern !== null) return fc.stringMatching(new RegExp(`^(?:${spec.pattern})$`))
  switch (spec.kind) {
    case 'integer':
      return fc.integer({ min: spec.min ?? 0, max: spec.max ?? 99 })
    case 'choice':
      return fc.constantFrom(...(spec.choices ?? []))
    case 'phone':
      // A local number that begins like a command is refused: see encode.test.ts.
      return fc.tuple(fc.constantFrom('', '+'), digits(5, 15)).map(([plus, number]) => `${plus}49${number}`)
    case 'password':
      return digits(4, 6)
    case 'ipv4':
    case 'host':
      return fc.ipV4()
    case 'apn':
      return letters('abcdefghijkmnopq', 1, 20)
    case 'text':
      return letters('abcdefghijkmnopqABC0123/:;!$%&', 1, 20)
  }
}

type Said = { readonly entry: CatalogueEntry; readonly params: Readonly<Record<string, ParamValue>> }

/** Any command of the catalogue with parameters that it accepts, as a person gives them. */
export const anyCommand = (entries: readonly CatalogueEntry[] = catalogue): fc.Arbitrary<Said> =>
  fc.constantFrom(...entries).chain((entry) =>
    fc.record(Object.fromEntries(entry.params.map((spec) => [spec.name, valueOf(spec)]))).map((given) => {
      const checked = checkParams(entry, given)
      if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
      return { entry, params: checked.params }
    }),
  )
