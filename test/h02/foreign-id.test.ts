import { expect, it } from 'vitest'
import { readForeignId } from '#h02'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))

it.each([
  ['GT06', hex('78780d01035933917200000300018cdd0d0a'), '359339172000003'],
  // A status packet has no id.
  ['GT06', hex('78780a134604040002002a1a5a0d0a'), null],
  ['GT06', hex('78780d010359'), null],
  ['JT808', hex('7e0100002101234567890100010000'), '12345678901'],
  ['GPS103', latin1('##,imei:359586015829802,A;'), '359586015829802'],
  ['TK103', latin1('(087073819397BP05000087073819397130624)'), '000087073819397'],
  ['TK103', latin1('(087073819397BP00000087073819397HSO)'), null],
  ['$$', latin1('$$A152,353358017784062,AAA,35'), '353358017784062'],
  ['watch', latin1('[3G*4700609403*0002*LK]'), '4700609403'],
  ['Queclink', latin1('+RESP:GTFRI,060100,135790246811220,,,00'), '135790246811220'],
  ['Teltonika', latin1('\x00\x0f356307042441013'), '356307042441013'],
  ['HTTP', latin1('GET /359339172000003 HTTP/1.1'), null],
])('%s %#', (name, bytes, id) => {
  expect(readForeignId(name, bytes)).toBe(id)
})
