/**
 * The texts that point a tracker at this server (PROTOCOL.md, "Point a tracker at a server", and section 5.9 for related
 * families), in the order in which they are sent. Pure.
 */
import { checkParams, encodeCommand, entryOf, type Params } from '#h02/catalogue/index.ts'
import { inOwnLanguage } from '../text/sentences.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

/** What a person typed; '' for an empty field. */
export type Typed = {
  readonly host: string
  readonly port: number
  readonly apn: string
  readonly apnUser: string
  readonly apnPassword: string
  /** The password of the tracker; '' stands for the factory password. */
  readonly password: string
}

/** `text` is null while a field is missing; then `note` says why. */
export type Sms = { readonly title: string; readonly text: string | null; readonly note: string }

const address = { id: '0', model: null, maker: null, now: 0 }

/** The text of a catalogue command, or why it cannot be written. */
function write(
  intent: string,
  params: Params,
  password: string,
): Pick<Sms, 'text'> & { fault: string | null } {
  const entry = entryOf(intent)!
  const checked = checkParams(entry, params)
  if (!checked.ok) {
    const { name } = checked.faults[0]!
    return {
      text: null,
      fault: t.add.typeAboveRule(wordOf(t.add.fields, name), wordOf(t.add.rules, name)),
    }
  }
  const encoded = encodeCommand(entry, 'text', checked.params, { ...address, password: password || null })
  if (!encoded.ok) return { text: null, fault: t.add.cannotWrite(inOwnLanguage(encoded.detail)) }
  return { text: String.fromCharCode(...encoded.bytes), fault: null }
}

function sms(title: string, written: ReturnType<typeof write>, note: string): Sms {
  return { title, text: written.text, note: written.fault ?? note }
}

const onlyIf = (value: string, name: string): Params => (value === '' ? {} : { [name]: value })

const apnOf = ({ apn, apnUser, apnPassword, password }: Typed) =>
  write(
    'set-apn',
    { ...onlyIf(apn, 'apn'), ...onlyIf(apnUser, 'user'), ...onlyIf(apnPassword, 'apnPassword') },
    password,
  )

const serverOf = ({ host, port, password }: Pick<Typed, 'host' | 'port' | 'password'>) =>
  write('set-server', { ...onlyIf(host, 'host'), port }, password)

const sinoTrack = (typed: Typed): readonly Sms[] => [
  {
    title: t.add.askSettings,
    text: 'RCONF',
    note: t.add.askNote,
  },
  sms(t.add.apnTitle, apnOf(typed), t.add.apnNote),
  sms(t.add.server, serverOf(typed), t.add.serverNote(t.add.addressOnly)),
  sms(t.add.dataOn, write('gprs-mode', {}, typed.password), t.add.dataNote),
]

/** The catalogue has the texts of SinoTrack only; these are from PROTOCOL.md section 5.9. */
const clone = ({ apn, password }: Typed): readonly Sms[] => [
  {
    title: t.add.apnTitle,
    text: apn === '' ? null : `apn${password || '123456'} ${apn}`,
    note: apn === '' ? t.add.typeAbove(t.add.fields.apn) : t.add.apnOk,
  },
  {
    title: t.add.server,
    text: null,
    note: t.add.cloneNote,
  },
]

const seeWorld = ({ host, port }: Typed): readonly Sms[] => [
  {
    title: t.add.askSettings,
    text: 'PARAM#',
    note: t.add.askNoteShort,
  },
  {
    title: t.add.server,
    text: host === '' ? null : `IP,${host},${port}#`,
    note: host === '' ? t.add.typeAbove(t.add.fields.host) : t.add.seeWorldNote,
  },
]

export const families = {
  sinotrack: {
    password: '0000',
    write: sinoTrack,
    back: (host: string, port: number, password: string): string | null =>
      serverOf({ host, port, password }).text,
  },
  clone: {
    password: '123456',
    write: clone,
    back: () => null,
  },
  seeworld: {
    password: '',
    write: seeWorld,
    back: (host: string, port: number) => (host === '' ? null : `IP,${host},${port}#`),
  },
} as const
export type Family = keyof typeof families
