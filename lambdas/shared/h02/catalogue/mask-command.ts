/** Masks secrets in bytes to a device (PROTOCOL.md section 5). */
import { isFieldWord, mayHoldPassword, maskFields } from './mask-fields.ts'
import {
  hideLiterals,
  maskLiterals,
  maskPlainText,
  paintText,
  untilStable,
  type KnownSecrets,
} from './mask-text.ts'
import { Painting } from './painting.ts'
import { findWhole, type TemplateMatch } from './recognize.ts'
import { PASSWORD_SLOT } from './template.ts'

/** Frames between other bytes. */
export const frameInText = /(\*[A-Za-z]{2}\s*,[^#]*#?)/

/** Masks everything that is written at once: usually one command, sometimes several frames and texts. */
export const maskCommand = (text: string, known: KnownSecrets): string =>
  untilStable((current) => maskOnce(current, known), text)

function maskOnce(text: string, known: KnownSecrets): string {
  // Masks are replaced by a password, so that a masked command is recognized again.
  const whole = findWhole(text.replaceAll('****', '0000')).filter(({ accepted }) => accepted)
  // A code with its password also looks like a short phone number.
  const worded = whole.filter(({ template }) => template.encoding.word !== '')
  if (whole.length > 0) return maskSlots(text, worded.length > 0 ? worded : whole, known)
  return text
    .split(frameInText)
    .map((piece, at) => (at % 2 === 1 ? maskFrame(piece, known) : maskPlainText(piece, 'down', known)))
    .join('')
}

/** Masks the secret parameters of all commands that it could be, and the non-public parts of their free texts. */
function maskSlots(text: string, matches: readonly TemplateMatch[], known: KnownSecrets): string {
  const painting = new Painting(text)
  const freeTexts: [number, number][] = []
  for (const { template, match } of matches) {
    const id = match.indices?.groups?.['id']
    if (id !== undefined) painting.show(...id)
    const secret = template.entry.params.filter((param) => param.secret).map(({ name }) => name)
    for (const name of [PASSWORD_SLOT, ...secret]) {
      const span = match.indices?.groups?.[name]
      if (span !== undefined) painting.hide(...span)
    }
    const isText = template.encoding.dialect === 'text'
    for (const { name, kind, pattern } of template.entry.params) {
      const span = isText && kind === 'text' && pattern === null ? match.indices?.groups?.[name] : undefined
      if (span !== undefined) freeTexts.push(span)
    }
  }
  hideLiterals(painting, known)
  for (let at = 0; at < text.length; at++)
    if (!freeTexts.some(([from, to]) => from <= at && at < to)) painting.show(at, at + 1)
  paintText(painting, 'down')
  return painting.masked()
}

const isTime = (field: string | undefined): boolean =>
  /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(field?.trim() ?? '')

/** `*HQ,<id>,<word>,<HHMMSS>,…#`. If a field is missing, or in MP, what looks like a time may be a password. */
function maskFrame(frame: string, known: KnownSecrets): string {
  const end = frame.endsWith('#') ? '#' : ''
  const fields = frame.slice(0, frame.length - end.length).split(',')
  const word = fields[2] ?? ''
  const hasTime =
    isTime(fields[3]) && (!mayHoldPassword(word) || (/^\s*S1\s*$/i.test(word) && fields.length >= 6))
  const from = hasTime ? 4 : 3
  const shownWord = isFieldWord(word) ? word : maskLiterals(word, known)
  return (
    [
      ...fields.slice(0, 2),
      ...fields.slice(2, 3).map(() => shownWord),
      ...fields.slice(3, from),
      ...maskFields(word, fields.slice(from), { direction: 'down', known }),
    ].join(',') + end
  )
}
