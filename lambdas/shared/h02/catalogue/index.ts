/**
 * The catalogue of commands: what can be sent to a tracker, in which words, what it may answer, and what should then be
 * seen (PROTOCOL.md section 5). Pure; it never throws, whatever bytes and parameters it is given.
 *
 *     const entry = entryOf('interval-on')                             // null: no such intent
 *     const checked = checkParams(entry, { seconds: 20 })              // or faults, each with what would be accepted
 *     encodeCommand(entry, 'text', checked.params, address)            // bytes: 8050000 20
 *     matchReply({ intent: 'interval-on', dialect: 'text', … }, message)  // certain, fits or no
 *     recognize(bytes)                                                 // raw bytes: which command, how dangerous
 *
 * Units are in the parameters, times are ms, `cmdTime` is HHMMSS UTC, `text` of a reply is decoded and may hold
 * secrets: `maskText`, `maskBytes` and `maskParams` are for all that is shown.
 *
 * To add a command: add an entry to the file of its subject in `entries/`, with its wording per dialect as a template,
 * the confidence and source of each, its danger, and the effect that can be seen from outside, if any. Its intent is
 * permanent: it is in URLs, stored commands and evidence. What no source explains (S6, S31, S34, S80, LOCK, …) has no
 * entry: it can be sent as raw bytes. Then add an exact string to test/vectors/frames.json (direction down) and run
 * `npm run -s catalogue -- --write` for COMMANDS.md. Recognition, masks and checks follow from the entry.
 */
export {
  catalogue,
  entryOf,
  isRead,
  noChangeWrites,
  probeQuestions,
  subjectOf,
  subjects,
  acceptsAnyReply as takesAnyAnswer,
} from './entries/index.ts'
export { namesOf, nearestIntents, readTyped, type NamedCommand, type Typed } from './nearest.ts'
export { isAck } from './is-ack.ts'
export { isFor } from './models.ts'
export { acceptedBy, checkParams } from './params.ts'
export { encodeCommand } from './encode.ts'
export { dangerOfBytes, hidesCut, recognize } from './recognize.ts'
export { dangerOf, dangerReasons, UNKNOWN_BYTES_REASON, worse } from './danger.ts'
export { faultOfJoin, faultOfRaw, nothingUnterminated, type Unterminated } from './stream.ts'
export { dialectOrder } from './dialect-order.ts'
export { matchReply } from './match-reply.ts'
export { readReply } from './read-reply.ts'
export { textAlarmOf } from './text-alarm.ts'
export { continuesReply, joinReply, JOIN_REPLY_MS } from './join-reply.ts'
export { decodeText } from './decode-text.ts'
export { readFacts } from './facts.ts'
export { serverIn, type Server } from './server.ts'
export { isRelay, sharesEffect } from './shares-effect.ts'
export { maskBytes, maskFacts, maskParams, maskText } from './mask.ts'
export { nothingKnown, type KnownSecrets } from './mask-text.ts'
export { carriesSecret, commandSecrets, deviceSecrets, type SecretBearing } from './secrets.ts'
export { commandsPage } from './table.ts'
export { dangers } from './types.ts'
export { AFTER_FRAME_REPLY_MS, replyWindowMs, SILENT_REPLY_MS } from './windows.ts'
export type * from './types.ts'
