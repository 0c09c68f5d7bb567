import { describe, expect, it } from 'vitest'
import { decode, frameOf, type Message } from '#h02'
import {
  matchReply,
  readReply,
  recognize,
  textAlarmOf,
  type Dialect,
  type OpenCommand,
} from '#h02/catalogue/index.ts'
import { commandVectors, replyVectors, type Vector } from '../vectors.ts'
import { toBytes } from './commands.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

const messageOf = (bytes: Uint8Array): Message => {
  const decoded = decode(frameOf(bytes))
  if (!decoded.ok) throw new Error(decoded.detail)
  return decoded.message
}

const openOf = ({ open = {} }: Vector): OpenCommand => {
  const raw = open['raw'] as string | undefined
  return {
    intent: open['intent'] as string,
    dialect: open['dialect'] as Dialect,
    params: (open['params'] ?? {}) as OpenCommand['params'],
    cmdTime: null,
    raw: raw === undefined ? null : toBytes(raw),
  }
}

describe('replies of public documents', () => {
  it.each(replyVectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const message = messageOf(utf8(vector.input_text!))
    const open = openOf(vector)
    const { match, ok, alarm = null, facts = {} } = vector.expect
    expect(matchReply(open, message) !== 'no').toBe(match)
    expect(textAlarmOf(message)).toBe(alarm)
    if (match === false) return
    expect(readReply(open, message)).toMatchObject({ ok, facts })
  })
})

describe('commands of public documents', () => {
  it.each(commandVectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const { dialect, intent, params, danger } = vector.expect
    const read = recognize(toBytes(vector.input_text!))
    expect(read).not.toBeNull()
    expect(read).toMatchObject(
      JSON.parse(JSON.stringify({ dialect, intent, params, danger })) as Record<string, unknown>,
    )
  })
})
