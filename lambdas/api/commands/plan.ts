import {
  catalogue,
  checkParams,
  dangerOfBytes,
  dangerOf,
  dialectOrder,
  encodeCommand,
  entryOf,
  faultOfRaw,
  namesOf,
  nearestIntents,
  recognize,
} from '#h02/catalogue/index.ts'
import type { CatalogueEntry, Danger, Dialect, Params } from '#h02/catalogue/types.ts'
import { RAW_INTENT } from '../../shared/domain/command.ts'
import { Problem, type Fault } from '../problem.ts'
import { toDetail } from '../validation.ts'
import type { Order } from './order-schema.ts'

/** A valid order: the command and its danger. */
export type Plan = {
  /** `raw` for bytes that are not in the catalogue. */
  readonly intent: string
  readonly title: string
  readonly params: Params
  /** The typed text as hex; null for an intent. */
  readonly raw: string | null
  readonly dialect: Dialect | 'auto'
  readonly danger: Danger
  /** True for bytes that the catalogue does not recognize completely. */
  readonly needsRawScope: boolean
}

const refuse = (errors: readonly Fault[]): never => {
  throw new Problem('invalid-request', toDetail(errors), { extras: { errors } })
}
const refuseAt = (name: string, detail: string): never => refuse([{ in: 'body', name, detail }])

/** Interprets an order for a device. Refuses commands that no tracker understands, and lists what would be accepted. */
export function planOrder(
  order: Order,
  { deviceId, model }: { readonly deviceId: string; readonly model: string | null },
  now: number,
): Plan {
  if (order.raw !== undefined) return planBytes(Buffer.from(order.raw, 'latin1'), model)
  if (order.rawHex !== undefined) return planBytes(Buffer.from(order.rawHex, 'hex'), model)
  const entry = entryOf(order.intent ?? '') ?? refuseIntent(order.intent ?? '', deviceId)
  const params = requireParams(entry, order.params ?? {})
  const dialect = requireDialect(entry, order.dialect ?? 'auto', model)
  // Encoded only to check that it is possible: the gateway encodes what is sent.
  const address = { maker: null, id: deviceId, password: null, model, now }
  const written = entry.encodings
    .filter((encoding) => dialect === 'auto' || encoding.dialect === dialect)
    .map((encoding) => encodeCommand(entry, encoding.dialect, params, address))
  const [first] = written
  if (first && !first.ok && written.every(({ ok }) => !ok)) refuseAt('/params', first.detail)
  const { intent, title } = entry
  const danger = dangerOf(entry, { dialect, model })
  return { intent, title, params, raw: null, dialect, danger, needsRawScope: false }
}

/** Bytes that the catalogue recognizes inherit its danger, ranges and masks. */
function planBytes(bytes: Buffer, model: string | null): Plan {
  const fault = faultOfRaw(bytes)
  if (fault !== null) throw new Problem('unsafe-bytes', fault)
  const raw = bytes.toString('hex')
  const known = recognize(bytes, { model })
  const entry = known && entryOf(known.intent)
  if (known?.exact && entry) {
    const { intent, dialect, params, danger } = known
    return { intent, title: entry.title, params, raw, dialect, danger, needsRawScope: false }
  }
  return {
    intent: RAW_INTENT,
    title: entry ? `Bytes with "${entry.title}" in them` : 'Bytes',
    params: {},
    raw,
    dialect: known?.dialect ?? (bytes[0] === 0x2a ? 'h02' : 'text'),
    danger: dangerOfBytes(bytes, { model }),
    needsRawScope: true,
  }
}

function refuseIntent(intent: string, deviceId: string): never {
  const nearest = nearestIntents(
    intent,
    catalogue.map((entry) => namesOf({ ...entry, dialects: entry.encodings })),
  )
  const hint = nearest.length > 0 ? `nearest: ${nearest.join(', ')}; ` : ''
  return refuseAt('/intent', `no such intent; ${hint}GET /v1/devices/${deviceId}/catalogue has all`)
}

function requireParams(entry: CatalogueEntry, given: Params): Params {
  const checked = checkParams(entry, given)
  if (checked.ok) return checked.params
  return refuse(checked.faults.map(({ name, detail }) => ({ in: 'body', name: `/params/${name}`, detail })))
}

/** Uncertain wordings, and those of other models, are used only if the dialect is requested explicitly. */
function requireDialect(
  entry: CatalogueEntry,
  requested: Dialect | 'auto',
  model: string | null,
): Dialect | 'auto' {
  const known = entry.encodings.map(({ dialect }) => dialect)
  if (requested !== 'auto' && !known.includes(requested)) {
    refuseAt('/dialect', `${entry.intent} is known in ${known.join(' and ')} only`)
  }
  if (requested === 'auto' && dialectOrder(entry, { model }).length === 0) {
    const why = entry.experimental
      ? 'is experimental'
      : `is not known of ${model ?? 'a device without a model'}`
    refuseAt('/dialect', `${entry.intent} ${why}, so \`auto\` does not choose: name ${known.join(' or ')}`)
  }
  return requested
}
