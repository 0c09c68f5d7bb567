/** Secrets in what a unit says in words: RCONF and CXZT hold phone numbers, its own password, the APN's (PROTOCOL.md §5.3). */
import { mask, maskWords } from './mask-text.ts'
import { maskText as maskCommandText } from './mask-command.ts'

/** Values that are secrets whatever they look like: UP and PW the password, U1… the numbers. */
const secretKeys =
  /(?<=(?<![A-Za-z])(?:UP|PW|PWD|PSW|PASS|PASSWD|PASSWORD|U\d{1,2}|USER|ACCOUNT)\s*[:=])(?!\*{4})[^,*\n\r#]+/gi
/** `NEW PASSWORD 1234`, without a colon; a sentence about passwords has no digits in it. */
const toldPassword =
  /(?<=(?<![A-Za-z])(?:PASSWORD|PASSWD|PWD|PSW|PW)\s(?:IS\s|TO\s|:\s?)?)(?=[^\s,#]*\d)[^\s,#*]+/gi
/** Phone numbers by their key, short ones too. */
const phoneKeys =
  /(?<=(?<![A-Za-z])(?:PHONE|TEL|NUM|NUMBER|SOS|MASTER|ADMIN|CENTER|CENTRE|CALL)\s?\d{0,2}\s*[:=]\s*)\+?\d{3,}/gi
/** Long numbers that are none: what their key calls an id; decimals of a place. */
const longNumber =
  /(?<!(?<![A-Za-z])(?:ID|IMEI|SN|ICCID|CCID)\s*[:=]?\s*\d*)(?<!\d\.\d*)\+?\d{7,}(?![\dF?])/gi

/** `deviceId`: no secret, wherever it stands. */
export function maskReplyText(text: string, deviceId: string | null): string {
  return maskApns(text)
    .replace(secretKeys, mask)
    .replace(toldPassword, mask)
    .replace(phoneKeys, mask)
    .replace(longNumber, (digits) => (digits === deviceId ? digits : maskNumber(digits)))
}

/** A code with its password keeps the code, as where it is sent. */
const maskNumber = (digits: string): string => maskCommandText(digits)

const knownKeys =
  /^\s*(?:ID|IP|UP|U\d+|UT|GPS|GSM|GPRS[A-Z ]*|MODE|POWER[A-Z ]*|TIME ZONE|VOLT|BAT|PW|[A-Z ]*ALARM)\s*:/i

/** `APN:name,user,password` or `APN:name user password`: by lines, by stars (`*A:…*`), or amid RCONF's commas. */
function maskApns(text: string): string {
  const isStars = /\*ID:/.test(text)
  return text.replace(isStars ? starApn : pairApn, (_, head: string, value: string) => {
    if (isStars || text.includes('\n')) return head + maskAfterFirst(value)
    const fields = value.split(',')
    const next = fields.findIndex((field, at) => at > 0 && knownKeys.test(field))
    // The name, its user, its password: what follows belongs to others.
    const own = Math.min(next < 0 ? fields.length : next, mostApnFields)
    return head + [maskAfterFirst(fields.slice(0, own).join(',')), ...fields.slice(own)].join(',')
  })
}
const mostApnFields = 3
const starApn = /(?<=\*)(A(?:PN)?:)([^*]*)/g
const pairApn = /((?<![A-Za-z])APN\s*[:=])([^\n\r]*)/gi

/** The first word is the name. */
const maskAfterFirst = (value: string): string =>
  value.replace(/^(\s*[^\s,]*)([\s\S]*)$/, (_, name: string, rest: string) => name + maskWords(rest))
