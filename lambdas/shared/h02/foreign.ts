/** Another protocol on the tracker port: its name, and a sentence for the log. */
export type Foreign = { readonly name: string; readonly hint: string }

type Sign = Foreign & { readonly starts: readonly (string | readonly number[])[] }

const http: Foreign = {
  name: 'HTTP',
  hint: 'a web client or scanner dialled the tracker port; the API is on another port',
}

/** First bytes of a connection that no H02 tracker sends (PROTOCOL.md section 1.6 rule 7). */
const signs: readonly Sign[] = [
  { ...http, starts: ['GET ', 'POST ', 'HEAD ', 'PUT ', 'OPTIONS ', 'CONNECT ', 'PRI * HTTP'] },
  {
    name: 'TLS',
    hint: 'a client tries encryption; H02 has none',
    starts: [[0x16, 0x03]],
  },
  {
    name: 'GT06',
    hint: 'this tracker speaks GT06 (Concox and others), not H02; it needs another server',
    starts: [
      [0x78, 0x78],
      [0x79, 0x79],
    ],
  },
  {
    name: 'JT808',
    hint: 'this tracker speaks JT808 (Huabao; ST-901A+ and some 4G models), not H02; it needs another server',
    // 7e, then a message id of 0x0000–0x0fff. `~*HQ` is a wrapped H02 frame.
    starts: Array.from({ length: 16 }, (_, high) => [0x7e, high]),
  },
  { name: '$$', hint: 'this tracker speaks a $$ protocol (Meitrack and others), not H02', starts: ['$$'] },
  { name: 'GPS103', hint: 'this tracker speaks GPS103 (Coban), not H02', starts: ['##,imei:', 'imei:'] },
  { name: 'TK103', hint: 'this tracker speaks TK103, not H02', starts: ['(0'] },
  {
    name: 'watch',
    hint: 'this tracker speaks the 3G watch protocol, not H02',
    starts: ['[3G*', '[SG*', '[CS*'],
  },
  {
    name: 'Teltonika',
    hint: 'this tracker speaks Teltonika, not H02; it needs another server',
    // 000f, then the 15 digits of the IMEI.
    starts: Array.from({ length: 10 }, (_, digit) => [0x00, 0x0f, 0x30 + digit]),
  },
  {
    name: 'Queclink',
    hint: 'this tracker speaks @Track (Queclink), not H02; it needs another server',
    starts: ['+RESP:', '+BUFF:', '+ACK:'],
  },
  { name: 'SSH', hint: 'an SSH client dialled the tracker port', starts: ['SSH-'] },
]

const LONGEST_SIGN = 10

const matches = (head: Uint8Array, sign: string | readonly number[]): boolean => {
  if (head.length < sign.length) return false
  for (let i = 0; i < sign.length; i++) {
    if (head[i] !== (typeof sign === 'string' ? sign.charCodeAt(i) : sign[i])) return false
  }
  return true
}

/** The protocol by the first bytes of the connection; null if they match none (yet). */
export const recognizeForeign = (head: Uint8Array): Foreign | null => {
  for (const { name, hint, starts } of signs) {
    if (starts.some((sign) => matches(head, sign))) return { name, hint }
  }
  return null
}

/** How many of the first bytes are examined. */
export const SIGN_BYTES = LONGEST_SIGN

export const unrecognized: Foreign = {
  name: 'unknown',
  hint: 'more than 2 kB without an H02 frame; a tracker of another make, or a scanner',
}
