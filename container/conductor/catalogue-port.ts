import type { Message } from '#h02'
import type {
  CatalogueEntry,
  CommandAddress,
  Dialect,
  EncodedCommand,
  Params,
  RecognisedCommand,
  ReplyMatch,
  ReplyReading,
} from '#h02/catalogue/types.ts'

/** A command as its reply is matched against it. `cmdTime`: HHMMSS that it carried, where it is known. */
export type AskedCommand = {
  readonly intent: string
  readonly dialect: Dialect
  readonly params: Params
  readonly cmdTime: string | null
}

/** What the conductor needs of the catalogue (`#h02/catalogue`). */
export type Catalogue = {
  readonly entryOf: (intent: string) => CatalogueEntry | null
  readonly encodeCommand: (
    entry: CatalogueEntry,
    dialect: Dialect,
    params: Params,
    address: CommandAddress,
  ) => EncodedCommand
  readonly matchReply: (asked: AskedCommand, message: Message) => ReplyMatch
  readonly readReply: (asked: AskedCommand, message: Message) => ReplyReading
  readonly recognise: (bytes: Uint8Array) => RecognisedCommand | null
}
