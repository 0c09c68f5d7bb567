/** Classifies an SMS message (PROTOCOL.md section 5.7) by its text, because it does not name a command. */
import type { ReplyFault, ReplyKind } from './types.ts'

/** `named`: it names the command that it answers, see `TextContent.intents`. `question`: it asks for a confirmation. */
export type SmsKind =
  Exclude<ReplyKind, 'echo' | 'link' | 'any'> | 'named' | 'question' | 'error' | 'alarm' | 'other'

/** What a text says, regardless of the command. */
type TextContent = {
  readonly kind: SmsKind
  /** Null: neither yes nor no. */
  readonly ok: boolean | null
  /** The cause, for people; null unless `ok` is false. */
  readonly reason: string | null
  /** Only these commands are answered like this; null: any command of its kind. */
  readonly intents: readonly string[] | null
  /** Kind `alarm`: the name of the status bit, if there is one; else null. */
  readonly alarm: string | null
}

type Pattern = { readonly test: (text: string) => boolean }
type Row = Partial<TextContent> & { readonly kind: SmsKind; readonly pattern: Pattern }

const yes = (kind: SmsKind, pattern: Pattern): Row => ({ kind, pattern, ok: true })
const named = (pattern: RegExp, ...intents: string[]): Row => ({ kind: 'named', pattern, ok: true, intents })
const question = (pattern: RegExp, ...intents: string[]): Row => ({ kind: 'question', pattern, intents })
const no = (reason: ReplyFault, pattern: RegExp): Row => ({ kind: 'error', pattern, ok: false, reason })
const alarm = (pattern: Pattern): Row => ({ kind: 'alarm', pattern })

/** Texts with at least this many of the keys, each at the beginning of a line or after a separator. */
const withKeys = (separators: string, keys: string): Pattern => {
  const pattern = new RegExp(String.raw`(?:^|[${separators}])[ \t\r]*(?:${keys})[ \t]*:`, 'gi')
  return { test: (text) => (text.match(pattern)?.length ?? 0) >= NEEDED_KEYS }
}
const NEEDED_KEYS = 4

const withAll = (...patterns: readonly RegExp[]): Pattern => ({
  test: (text) => patterns.every((pattern) => pattern.test(text)),
})

/** Keys of RCONF; the end of a frame may cut one of them off. */
const configKeys = String.raw`ID|UP|PW|U[1-3]|MODE|DAILY?|VOICE|POWER ALARM|SHAKE ALARM|ACC ?SMS|ACC ?CALL|GEO FENCE|OVER ?SPEED|SLEEP|APN|IP|GPRS UPLOAD TIME(?: [12])?|TIME ZONE`
const STATUS_KEYS = 'ID|IMEI|IP|UT|VOLT|BAT|APN|GPS|GSM|ICCID'

/** The first match counts. Rules for all texts with a word (`OK`, `ERROR`, `ALARM`) come after specific ones. */
const rows: readonly Row[] = [
  yes('config', /\bMODE:[\s\S]*UPLOAD TIME|UPLOAD TIME[\s\S]*\bMODE:/i),
  yes('config', withKeys(',', configKeys)),
  yes('status', /(?:^|[\n,*])\s*UT:[\s\S]*GSM:|GSM:[\s\S]*\bUT:/i),
  // GT09 clones have no UT. Four keys, one per line, after the firmware.
  yes('status', withKeys('\\n', STATUS_KEYS)),
  // ST-904L: one line, parts separated by stars.
  yes('status', /\*ID:[\s\S]*\*F:[\s\S]*\*V:/i),
  yes('phones', /^\s*(?:C10#\s*:?|10[123]#|U1:)/i),

  // V-SUN appends why it sends a position.
  alarm(/\bSTATE\s*:[^\n]*\bALARM\b/i),
  alarm(/^\s*(?:ACC|IGNITION)\s*(?:IS\s+)?:?\s*O(?:N|FF)\b(?![\s\S]*\b(?:SET|OK)\b)/i),
  alarm(/^\s*(?:ACC|车辆)?\s*(?:已?点火|已?熄火)(?![\s\S]*(?:成功|失败|设置))/i),

  named(/^\s*MILEAGE STATISTICS RESET\b.*\bOK\b/i, 'mileage-reset'),
  named(/^\s*SET TOTAL MILEAGE\b.*\bOK\b/i, 'mileage-set', 'mileage-reset'),
  yes('mileage', /\bTOTAL MILEAGE\s*:\s*\d/i),
  named(/^\s*SET UNLIMITED MODE OFF\b.*\bOK\b/i, 'calls-stored-only'),
  named(/^\s*SET UNLIMITED MODE ON\b.*\bOK\b/i, 'calls-any'),
  named(/^\s*SET MOVE RADIUS\b.*\bOK\b|^\s*MOVE DEFENCE\s*:?\s*ON\b/i, 'move-alarm-on'),
  named(/^\s*MOVE DEFENCE\s*:?\s*OFF\b/i, 'move-alarm-off'),
  named(/^\s*GEO-? ?FENCE\s*:?\s*(?:ON|ENABLED)\b/i, 'geofence-on', 'geofence-radius'),
  named(/^\s*GEO-? ?FENCE\s*:?\s*(?:OFF|DISABLED)\b/i, 'geofence-off'),
  named(/^\s*DEFENCE\s*:?\s*ON\b/i, 'power-alarm-on', 'vibration-alarm-on', 'arm'),
  named(/^\s*DEFENCE\s*:?\s*OFF\b/i, 'power-alarm-off', 'vibration-alarm-off', 'disarm'),
  named(/^\s*POWER OFF\b.*\bOK\b/i, 'engine-cut'),
  named(/^\s*POWER ON\b.*\bOK\b/i, 'engine-restore'),
  question(/^\s*CONFIRM POWER OFF\s*\?/i, 'engine-cut'),
  question(/^\s*CONFIRM POWER ON\s*\?/i, 'engine-restore'),
  named(/^\s*ADMIN OK\b|^\s*SOS\d\s*:/i, 'set-owner-phone', 'set-sos-phone'),
  named(/^\s*SPEED OK\b|^\s*SPEED ALARM\s*:\s*(?:\d|DISABLED)/i, 'overspeed'),
  named(/^\s*FACTORY RESET\b(?!.*\b(?:FAIL|ERR))|恢复出厂.*成功/i, 'factory-reset'),
  named(/^\s*REBOOT\b.*\bOK\b/i, 'restart'),

  // `POWER ALARM ON, SET OK` answers a setting, `POWER OFF ALARM!` reports a power cut.
  alarm(
    withAll(
      /\bALARM\b(?![\s\S]*\b(?:ON|OFF|ENABLED?|DISABLED?)\b)/i,
      /^(?![\s\S]*\b(?:SET|OK|FAIL(?:ED)?|ERR(?:OR)?|INVALID)\b)/i,
    ),
  ),
  alarm(/(?:报警|告警|警报)(?![\s\S]*(?:成功|失败|错误|开启|关闭|打开|已[开关设]))/),
  alarm(/^\s*(?:LOW (?:BATTERY|BAT|POWER)|SOS|HELP ME|OVER ?SPEED|POWER (?:CUT|FAILURE|DOWN|LOST))\s*!/i),
  alarm(
    /^\s*(?:BATTERY (?:IS )?LOW\b|EXTERNAL POWER (?:IS )?(?:CUT|LOST|OFF|DISCONNECTED)\b)(?![\s\S]*\bOK\b)/i,
  ),
  alarm(/(?:外部电源|主电源?)(?:已|被)?(?:断开|切断|掉电)(?![\s\S]*(?:成功|失败|设置))/),

  no(
    'wrong password',
    /\b(?:WRONG|INVALID|BAD|INCORRECT) (?:PASSWORD|PASSWD|PSW|PWD)|\b(?:PASSWORD|PASSWD|PSW|PWD)\s*(?:IS )?(?:WRONG|ERR(?:OR)?|INVALID|INCORRECT|FAIL(?:ED)?)\b|密码(?:错误|不正确|不对|有误)/i,
  ),
  no(
    'wrong format',
    /\bSYNTAX\b|\b(?:WRONG|BAD|INVALID) (?:FORMAT|PARAM\w*)|\b(?:FORMAT|PARAM\w*)\s*(?:IS )?(?:WRONG|ERR(?:OR)?|INVALID)\b|(?:格式|参数)(?:错误|不正确|不对|有误)/i,
  ),
  no(
    'not permitted',
    /\bNO (?:PERMISSION|AUTHORITY|RIGHTS?)\b|\bNOT (?:ALLOWED|PERMITTED|AUTHORI[SZ]ED)\b|\b(?:DENIED|FORBIDDEN|REFUSED|REJECT(?:ED)?|UNAUTHORI[SZ]ED)\b|(?:无|没有)权限|权限不足/i,
  ),
  no('not supported', /\b(?:NOT|NO|UN)[ -]?SUPPORT(?:ED)?\b|不支持/i),
  no(
    'command not known',
    /\b(?:ILLEGAL|UNKNOWN?|INVALID|BAD|WRONG|UNDEFINED|UNRECOGNI[SZ]ED) (?:COMMAND|CMD|INSTRUCTION)|\b(?:COMMAND|CMD|INSTRUCTION)\s*(?:IS )?(?:ERR(?:OR)?|INVALID|ILLEGAL|UNKNOWN|WRONG|NOT (?:FOUND|KNOWN))\b|(?:未知|无效|错误|非法|无此)(?:指令|命令)|(?:指令|命令)(?:错误|无效)/i,
  ),
  no('out of range', /\bOUT OF RANGE\b|超出范围/i),
  no('no GPS fix', /\bERROR GPS\b/i),
  no(
    'the tracker reports an error',
    /\bFAIL(?:ED|URE)?\b|\bERR(?:OR)?S?(?![A-Z])|\b(?:INVALID|WRONG|ILLEGAL|UNSUCCESSFUL)\b|\bNOT OK\b|错误|失败|无效/i,
  ),

  yes('time-zone', /TIME ?ZONE.*\bOK\b/i),
  yes('server', /^\s*IP[: ].*\bOK\b/i),
  yes('apn', /\bAPN\b.*\bOK\b/i),
  yes('password', /\b(?:PASSWORD|PSW|PWD)\b.*\bOK\b/i),
  yes('set-ok', /\b(?:OK|SUCCESS(?:FUL(?:LY)?)?)\b|成功/i),
  yes('location', /maps\.|https?:\/\/|\blat(?:itude)?\b[\s\S]*\blon/i),
  // A firmware name alone. The answer to CXZT begins with one, too.
  yes('firmware', /^\s*(?:ST-?\d{3}|[A-Z0-9]+_)[^\n:]*(?:V_?\d|TQ|SW_?\d)[^\n:]*\s*$/i),
]

/** `SET OK, NO ERROR` does not report an error. */
const noErrors =
  /\b(?:NO|WITHOUT|ZERO|0) (?:ERR(?:OR)?S?|FAIL(?:URE)?S?)\b|\bERR(?:OR)?S?(?: CODE)?\s*[:=]\s*(?:0+|NONE|NO)\b|(?:没有|无)错误/gi

/** What a text says, decoded; see `decode-text.ts`. */
export function contentOf(text: string): TextContent {
  const read = text.replace(noErrors, '')
  const {
    kind = 'other',
    ok = null,
    reason = null,
    intents = null,
  } = rows.find(({ pattern }) => pattern.test(read)) ?? {}
  return { kind, ok, reason, intents, alarm: kind === 'alarm' ? alarmIn(text) : null }
}

/** Names of alarms, the same as those of the status bits. The first match counts. */
const alarmNames: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['low-battery', /LOW (?:POWER|BATTERY|BAT)|BATTERY (?:IS )?LOW|低电|电量低/i],
  ['power-cut', /\bPOWER\b|掉(?:主)?电|断电|主电|外部电源/i],
  ['vibration', /SHAKE|SHOCK|VIBRAT|震动|振动/i],
  ['sos', /\bSOS\b|\bHELP\b|求救|求助|紧急/i],
  ['overspeed', /SPEED|超速/i],
  ['fence-out', /FENCE|STOCKADE|围栏|越界/i],
  ['moved', /\bMOVE|DISPLACE|位移|移动/i],
  ['door-open', /\bDOOR\b|车门/i],
  ['ignition-on', /\b(?:ACC|IGNITION)\s*(?:IS\s+)?:?\s*ON\b|点火/i],
  ['ignition-off', /\b(?:ACC|IGNITION)\s*(?:IS\s+)?:?\s*OFF\b|熄火/i],
]

const alarmIn = (text: string): string => alarmNames.find(([, pattern]) => pattern.test(text))?.[0] ?? 'alarm'

/** Contents that are the answer to one command only. */
export const unmistakable: ReadonlySet<SmsKind> = new Set<SmsKind>([
  'status',
  'config',
  'time-zone',
  'mileage',
])

/** Settings that name what was set; each may also answer with a plain SET OK. */
export const namedSettings: ReadonlySet<SmsKind> = new Set<SmsKind>([
  'time-zone',
  'server',
  'apn',
  'password',
])
