import { entryTemplates, type CompiledTemplate } from './compiled.ts'
import { isIpv4 } from './params.ts'
import { recognizeText } from './recognize.ts'
import {
  FACTORY_PASSWORD,
  passwordPattern,
  PASSWORD_SLOT,
  renderTemplate,
  type TemplatePart,
} from './template.ts'
import { fromLatin1 } from './text.ts'
import type { CatalogueEntry, CommandAddress, Dialect, EncodedCommand, Params } from './types.ts'

/** The maker code of a tracker whose code was never changed, according to the vendor's documents. */
const USUAL_MAKER = 'HQ'

const refuse = (detail: string): EncodedCommand => ({ ok: false, detail })

/**
 * Encodes a command; `params` are the result of `checkParams`. Fails if this dialect has no wording for it, if the
 * address is not valid, or if the bytes could be read as another, more dangerous command (for example a phone number
 * that begins like one).
 */
export function encodeCommand(
  entry: CatalogueEntry,
  dialect: Dialect,
  params: Params,
  address: CommandAddress,
): EncodedCommand {
  const template = entryTemplates(entry).find(({ encoding }) => encoding.dialect === dialect)
  if (template === undefined) return refuse(`${entry.intent} has no words in the ${dialect} dialect`)
  const password = address.password ?? FACTORY_PASSWORD
  if (!new RegExp(`^${passwordPattern}$`).test(password)) {
    return refuse('the password of the device must be 4 to 6 digits')
  }
  const fault = faultOfCommas(template.parts, params)
  if (fault !== null) return refuse(fault)
  const said = renderTemplate(template.parts, { ...params, [PASSWORD_SLOT]: password })
  if (said === null) return refuse(`${entry.intent} lacks a parameter`)
  return dialect === 'text' ? finish(entry, said, null, address) : encodeFrame(template, said, address)
}

function encodeFrame({ entry, encoding }: CompiledTemplate, said: string, address: CommandAddress) {
  const maker = address.maker ?? USUAL_MAKER
  if (!/^[A-Za-z]{2}$/.test(maker)) return refuse('a maker code is two letters')
  if (!/^[0-9A-Za-z]{1,20}$/.test(address.id)) return refuse('a device id is letters and digits')
  const cmdTime = new Date(address.now).toISOString().slice(11, 19).replaceAll(':', '')
  const start = `*${maker},${address.id},${encoding.word}`
  switch (encoding.time) {
    case undefined:
      return finish(entry, `${start},${cmdTime}${said}#`, cmdTime, address)
    case 'last':
      return finish(entry, `${start}${said},${cmdTime}#`, cmdTime, address)
    case 'none':
      return finish(entry, `${start}${said}#`, null, address)
  }
}

/** The last check: the encoded bytes must be recognized as the intended command. */
function finish(
  entry: CatalogueEntry,
  said: string,
  cmdTime: string | null,
  { model = null }: CommandAddress,
): EncodedCommand {
  const read = recognizeText(said, model)
  if (read === null || !read.exact || read.intent !== entry.intent) {
    return refuse(
      `a tracker could read it as ${read === null ? 'nothing known' : `the command ${read.intent}`}`,
    )
  }
  return { ok: true, bytes: fromLatin1(said), cmdTime }
}

/** S23 writes the address with commas, so it cannot contain a host name. */
function faultOfCommas(parts: readonly TemplatePart[], params: Params): string | null {
  const slot = parts.find((part) => part.kind === 'slot' && part.commas)
  if (slot?.kind !== 'slot' || isIpv4(String(params[slot.name]))) return null
  return `${slot.name} must be an IPv4 address in the h02 dialect`
}
