import type { Params, ProbeFacts } from '#h02/catalogue/types.ts'
import {
  entryOf,
  maskBytes,
  maskFacts,
  maskParams,
  maskText,
  nothingKnown,
  type KnownSecrets,
} from '#h02/catalogue/index.ts'
import { knownSecretsOf } from '../shared/commands/secrets.ts'
import type { Command } from '../shared/domain/command.ts'
import type { HistoryRow } from '../shared/domain/device-state.ts'
import { directionOf, maskedAs } from '../shared/domain/event.ts'
import type { CommandStore } from '../shared/store/commands.ts'
import type { Caller } from './app-type.ts'

/** From the tracker, or to it. */
export type Direction = 'up' | 'down'

type Reply = { readonly text: string; readonly facts: ProbeFacts }

/** Hides secrets from callers who may not see them. */
export type Masks = {
  readonly bytes: (raw: Uint8Array, direction: Direction) => Uint8Array
  readonly text: (text: string) => string
  readonly reply: (reply: Reply) => Reply
  readonly params: (intent: string, params: Params) => Record<string, string | number>
}

const hiding = (known: KnownSecrets): Masks => ({
  bytes: (raw, direction) => maskBytes(raw, direction, known),
  text: (text) => maskText(text, 'up', known),
  reply: ({ text, facts }) => {
    const shownText = maskText(text, 'up', known)
    return { text: shownText, facts: maskFacts(facts, shownText) }
  },
  params: (intent, params) => {
    const entry = entryOf(intent)
    return entry ? { ...maskParams(entry, params) } : {}
  },
})
const shown: Masks = {
  bytes: (raw) => raw,
  text: (text) => text,
  reply: (reply) => reply,
  params: (_, params) => ({ ...params }),
}

export const masksFor = ({ scopes }: Caller, known: KnownSecrets = nothingKnown): Masks =>
  scopes.has('secrets') ? shown : hiding(known)

/** Number of the newest commands whose secret parameters are masked in what a device sent. */
const MAX_COMMANDS = 50

/** Masks for all views of one device: for its password and for the secrets of its newest commands and of those shown. */
export async function deviceMasks(
  caller: Caller,
  device: { readonly deviceId: string; readonly password: string | null },
  commands: Pick<CommandStore, 'list'>,
  shownCommands: readonly Command[] = [],
): Promise<Masks> {
  if (caller.scopes.has('secrets')) return shown
  const newest = await commands.list(device.deviceId, {}, { limit: MAX_COMMANDS })
  return hiding(knownSecretsOf(device, [...shownCommands, ...newest.commands]))
}

/** Masks the secrets of a row of history, so that what is decoded from it contains none either. */
export function maskRow(row: HistoryRow, masks: Masks): HistoryRow {
  const direction = maskedAs[directionOf[row.kind]]
  return direction === null ? row : { ...row, raw: masks.bytes(row.raw, direction) }
}
