/** Tables for masking: public words, keys of secrets, and the values of known keys that are public. */
import { catalogue } from './entries/index.ts'

const wordsIn = (text: string): readonly string[] => text.toUpperCase().split(/[^A-Z]+/)

/**
 * Words of the answers in PROTOCOL.md section 5.7, of error texts and of plain sentences. Any other word may be a
 * secret.
 */
const answerWords = wordsIn(`
  SET OK DONE ERROR ERR FAIL FAILED FAILURE SUCCESS SUCCESSFUL SUCCESSFULLY INVALID WRONG DENIED REJECTED REFUSED UNKNOWN
  COMMAND CMD FORMAT SYNTAX ILLEGAL PERMISSION SUPPORT SUPPORTED NOT NO YES ON OFF OPEN CLOSE CLOSED ENABLE ENABLED
  DISABLE DISABLED START STARTED STOP STOPPED CONFIRM CONFIRMED POWER BATTERY BATTYER BAT VOLT VOLTAGE LOW HIGH FULL
  CHARGE CHARGING EXTERNAL INTERNAL CUT LOST MAIN SUPPLY ALARM ALARMS ALERT SHAKE VIBRATION SHOCK MOVE MOVING MOTION
  SPEED OVER OVERSPEED LIMIT GEO FENCE GEOFENCE STOCKADE DEFENCE DEFENSE ARM ARMED DISARM DISARMED RADIUS DISTANCE
  MILEAGE STATISTICS TOTAL CURRENT RESET RESTART REBOOT FACTORY DEFAULT DEFAULTS UNLIMITED MODE SMS GPRS GSM GPS LBS AGPS
  WIFI LTE FIX ACC ENGINE IGNITION OIL FUEL RELAY DOOR LOCK UNLOCK SLEEP SLEEPON SLEEPOFF WAKE WAKEUP STANDBY WORK DEEP
  TIME ZONE TIMEZONE DATE CLOCK INTERVAL UPLOAD REPORT HEARTBEAT SECOND SECONDS SEC MINUTE MINUTES MIN HOUR HOURS DAY
  DAYS DAILY VOICE LANGUAGE IP IMEI ID ICCID CCID IMSI SN APN SERVER HOST PORT DOMAIN ADDRESS NETWORK SIGNAL STATUS STATE
  VERSION FIRMWARE SOFTWARE HARDWARE MODEL DEVICE UNIT TRACKER CENTER CENTRE MASTER OWNER ADMIN USER PASSWORD PASSWD PASS
  PWD PSW PW PIN CODE KEY TOKEN PHONE TEL MOBILE NUMBER NUM CALL CALLS SOS MONITOR SLOT LIST NEW OLD CHANGE CHANGED MODIFY
  UPDATE UPDATED ADD ADDED DELETE DELETED REMOVE REMOVED CLEAR CLEARED SAVED STORED EXISTS MISSING EMPTY NONE NULL MUST
  BE IS ARE WAS WERE HAS HAVE BEEN TO FROM FOR OF IN AT BY WITH WITHOUT AND OR THE A AN YOUR YOU MY OUR IT THIS THAT WILL
  CAN CANNOT PLEASE WAIT NOW THEN AGAIN TRY LATER BEFORE AFTER ONLY ALL ANY EACH LAST NEXT FIRST VALUE PARAM PARAMETER
  PARAMETERS RANGE OUT LONG SHORT LAT LON LONG LATITUDE LONGITUDE DIRECTION COURSE ALTITUDE NORTH SOUTH EAST WEST POSITION
  LOCATION FRAME DATA GPRMC BS UT VALID READY BUSY TEST CHECK SHOW READ WRITE SEND SENT RECEIVED REPLY ANSWER QUESTION
  THANK THANKS HELLO HQ KM KMH H M S V C UNLOCKED CONNECT CONNECTED DISCONNECT DISCONNECTED LOGIN ONLINE OFFLINE
  ACCSMS ACCCALL LOC LINK UP`)

/** Words of other families that people type into a command. */
const commandWords = wordsIn(`
  DYD STOPOIL CUTOIL ENGINESTOP QUICKSTOP SETDIGOUT SETPHONE SETSPEED LOCATE ACCCLOCK ACCLOCK PWRSMS PWRCALL SPBSJ
  PARAM RESUME MONITOR TRACKER CQ TQ RCONF CXZT QZXT`)

const catalogueWords = catalogue
  .flatMap(({ encodings }) => encodings.flatMap(({ word, aliases }) => [word, ...aliases]))
  .flatMap(wordsIn)

/** Upper case. */
export const publicWords: ReadonlySet<string> = new Set(
  [...answerWords, ...commandWords, ...catalogueWords].filter((word) => word !== ''),
)

/** Codes of text commands that are followed directly by a password. */
export const codes = [
  ...new Set([
    ...catalogue
      .flatMap(({ encodings }) => encodings.map(({ word }) => word))
      .filter((word) => /^\d{3}$/.test(word)),
    // PROTOCOL.md section 5.3, words that may have no entry.
    ...'008 009 170 171 222 666 900 901 902 903'.split(' '),
  ]),
].join('|')

/** Words after which a secret follows. `glued`: digits that are either the number of the key or the secret itself. */
export const secretKey = new RegExp(
  `^(?<key>${[
    // Long words count at the end of any compound: SMSPWD, apn_password, DEVTOKEN.
    String.raw`[A-Z_-]*(?:PASSWORD|PASSWORT|PASSWD|PASSCODE|PASSPHRASE|PASS|PWD|PSWD?|TOKEN|SECRET|USERNAME|USER)S?`,
    String.raw`(?:[A-Z]+[_-])*(?:SMS|APN|DEV|NEW|OLD)?(?:PW|PIN|PUK|KEY|CODE|USR|UPW)`,
    'UP|ACCOUNT|AUTH|LOGIN|CREDENTIALS?',
    // Phone numbers.
    String.raw`U(?=\d)|C(?=10\d)|[A-Z_-]*(?:PHONE|MOBILE|NUMBER|MASTER|OWNER|ADMIN|CENT(?:ER|RE)|CONTACT)S?|TEL|NUM|MSISDN|SOS|CALLS?|CALLER|MONITOR|SIM|APN`,
  ]
    .map((source) => `(?:${source})`)
    .join('|')})(?<glued>[-_.]?\\d.*)?$`,
  'is',
)

/** Phone keys that are also names of switches: `SOS CALL:OFF`. */
export const switchKey = /(?:CALLS?|MONITOR|SOS|PHONE|ADMIN|OWNER|MASTER)$/i

const ip = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}|[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+)`
const apn = String.raw`(?![^\s,*#]*\d{6})[A-Za-z0-9][A-Za-z0-9._-]*(?=$|[\s,*#])`
const isOn = String.raw`(?:ON|OFF|ENABLED?|DISABLED?)`
const unsigned = String.raw`\d{1,5}`
const decimal = String.raw`[+-]?\d{1,3}\.\d{1,8}`

/** Keys of the known answers (PROTOCOL.md section 5.7) with the form of their public values. Any other value is masked. */
const knownKeys: readonly (readonly [key: string, value: string])[] = [
  ['ID|IMEI|SN', String.raw`\d{5,20}`],
  ['ICCID|CCID', String.raw`[0-9A-F]{18,20}[F?]?`],
  ['UT', String.raw`\d{1,6}(?:,\d{1,6}){0,2}`],
  ['VOLT|VOLTAGE', String.raw`\d{1,2}(?:\.\d{1,3})?\s?V?`],
  ['BAT|BATTERY|BATTYER', String.raw`\d{1,3}\s?%?`],
  ['GPS', String.raw`(?:[AV](?:-\d{1,2})*|${isOn})`],
  ['GSM|SIGNAL', String.raw`\d{1,3}`],
  ['MODE', String.raw`(?:GPRS|SMS|WORK|MOVE|STANDBY|SLEEP|NORMAL|AUTO)(?:-[A-Z]{2,8})?`],
  [
    String.raw`DAILY|VOICE|ACC|ACCSMS|ACCCALL|LBS|GEO[ -]?FENCE|OVER ?SPEED|MOVE DEFENCE|MILEAGE STATISTICS|[A-Z]+(?: [A-Z]+)? ALARM|ALARM`,
    String.raw`(?:${isOn}|\d{1,3}(?:KM/H)?|[01]?\d:\d\d)`,
  ],
  ['SLEEP', String.raw`(?:${isOn}|\d{1,4})`],
  ['GPRS UPLOAD TIME(?: [12])?', String.raw`\d{1,6}(?:,\d{1,6})?`],
  ['INTERVAL', String.raw`${unsigned}\s?(?:S|SEC|MIN|M)?`],
  ['TIME ZONE|TIMEZONE|CURRENT', String.raw`(?:[EW]\s?[01]?\d(?:\d\d)?|[EW+-]?\d{1,2}\.\d{1,2})`],
  ['(?:CURRENT )?TOTAL MILEAGE|MILEAGE', String.raw`\d{1,9}(?:\.\d+)?\s?(?:M|KM)?`],
  ['LAT|LON|LONG|LATITUDE|LONGITUDE', String.raw`(?:[NSEW]\s?)?${decimal}(?:\s?[NSEW])?`],
  ['SPEED', String.raw`\d{1,3}(?:\.\d+)?\s?(?:KM/H|KMH|KM)?`],
  ['DIRECTION|COURSE', String.raw`\d{1,3}(?:\.\d+)?`],
  ['DATE', String.raw`\d{2,4}[-/]\d\d?[-/]\d{2,4}`],
  ['TIME', String.raw`\d\d?:\d\d(?::\d\d)?`],
  ['BS', String.raw`[0-9a-f]{4,8}(?:[ ,]+[0-9a-f]{4,8})?`],
  ['FIX', '[AV]'],
]

const end = String.raw`(?=$|[\s\0-\x1f,;*#!])`
const start = String.raw`(?<=^|[\s,;*])`

/** The star form of the ST-904L: one line, parts separated by stars, the server after the id. */
const starKeys: readonly RegExp[] = [
  /(?<=\*)(?:G:[AV]|(?:4G|BT|AC|SP|F|V|SF|SD|LBS):\d{1,5})(?=$|[*#])/gi,
  new RegExp(String.raw`(?<=\*ID:\d{5,20}\*)(?:${ip}|[a-z][a-z0-9-]*):\d{1,5}(?=$|[*#])`, 'gi'),
]

/** Public anywhere: matched in this order, unless a part is a known secret. */
export const publicPatterns: readonly RegExp[] = [
  // The first line or part: ST906(70SACD)_TQ_V_2.0 2024/06/07, XM_GT09_SW_33.0, W07_…_V5.42-TQ, ST-901/4G, ST-904:V5.42.
  /^\s*(?![^\n,*]*\d{6})(?:ST-?\d{3}[A-Z]{0,2}(?:\/[234]G)?(?:\([0-9A-Z]{1,8}\))?(?:_TQ)?(?:[:_][A-Z0-9._-]*V?_?\d[A-Z0-9._-]*)?|[A-Z][A-Z0-9]*_(?=[A-Z0-9._-]*_(?:SW_|V_?)\d+\.\d)[A-Z0-9._-]+|[A-Z][A-Z0-9]*_SW_\d[0-9.]*|[A-Z][A-Z0-9_.]*-TQ)(?:\s+20\d\d\/\d\d\/\d\d)?(?=\s*(?:$|[\n\r,*#]))/gi,
  new RegExp(
    `${start}(?:${knownKeys.map(([key, value]) => String.raw`(?:${key})\s*[:=]\s*${value}`).join('|')})${end}`,
    'gi',
  ),
  new RegExp(
    String.raw`${start}(?:IP|HOST|SERVER|DOMAIN)(?:\s*[:=]\s*|[ ,])${ip}(?:[ ,:]+\d{1,5})?${end}`,
    'gi',
  ),
  // The name of an access point is public; its user and password are not.
  new RegExp(String.raw`${start}APN\s*[:=,]\s*${apn}`, 'gi'),
  new RegExp(String.raw`(?<=\*)A:${apn}`, 'gi'),
  // The slots of a phone list, each followed by its number.
  /(?<![0-9A-Z])[CD]?10\d?#|^[CD]?10\d?$/gi,
  // `SET TOTAL MILEAGE OK,CURRENT:1000`; after a password key, this value would be the password.
  /(?<=MILEAGE OK,\s*)CURRENT:\s*\d{1,9}(?=$|[\s,#])/gi,
  ...starKeys,
  // A link to a map with coordinates and nothing else in it.
  /https?:\/\/[a-z0-9.-]*(?:map|google)[a-z0-9./-]*(?:\?(?:f|t|z|hl|ie)=[a-z0-9-]{1,5})?[?&/@](?:(?:q|ll|loc|daddr)[=:])?[NS]?[+-]?\d{1,2}\.\d{3,8},\s?[EW]?[+-]?\d{1,3}\.\d{3,8}(?:&(?:f|t|z|hl|ie)=[a-z0-9-]{1,5})*(?=$|[\s,#])/gi,
  // Coordinates, dates and times in a sentence.
  /(?<![\w.])[NS]?[+-]?\d{1,2}\.\d{4,8}[NS]?\s?[,\s]\s?[EW]?[+-]?\d{1,3}\.\d{4,8}[EW]?(?![\w.])/gi,
  /(?<![\w./-])20\d\d[-/](?:0\d|1[0-2])[-/](?:[0-2]\d|3[01])(?![\w./-])/g,
  /(?<![\w.:])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\w.:])/g,
]
