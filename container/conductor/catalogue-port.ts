import type { Message } from '#h02'
import type {
  CatalogueEntry,
  CommandAddress,
  Dialect,
  EncodedCommand,
  OpenCommand,
  Params,
  RecognisedCommand,
  ReplyMatch,
  ReplyReading,
} from '#h02/catalogue/types.ts'

/** What the conductor needs of the catalogue (`#h02/catalogue`). */
export type Catalogue = {
  readonly entryOf: (intent: string) => CatalogueEntry | null
  readonly encodeCommand: (
    entry: CatalogueEntry,
    dialect: Dialect,
    params: Params,
    address: CommandAddress,
  ) => EncodedCommand
  readonly matchReply: (open: OpenCommand, message: Message) => ReplyMatch
  readonly readReply: (open: OpenCommand, message: Message) => ReplyReading
  readonly recognise: (
    bytes: Uint8Array,
    known: { readonly model: string | null },
  ) => RecognisedCommand | null
}
