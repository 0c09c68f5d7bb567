/**
 * What is counted and is no metric, as `part/Name`: no chart and no alarm looks at it, and each metric costs $0.30 a
 * month. It stands in the same JSON lines, so Logs Insights can sum it (`stats sum(Swept) by bin(1h)`). A test holds
 * that everything else that is sent is looked at.
 */
export const logOnly: Readonly<Record<string, string>> = {
  'gateway/ConnectionsAccepted': 'sessions say more',
  'gateway/SkippedBytes': 'noise between frames',
  'gateway/TooLong': 'stands among the undecodable',
  'gateway/RateLimited': 'a flood of one tracker',
  'gateway/DailyLimits': 'has a warning and an event each',
  'gateway/SocketFaults': 'has an error line each',
  'gateway/LeftBehind': 'once in a task’s life',
  'gateway/PutRecordsTime': 'stands in the age of what is stored',
  'gateway/CommandsAdopted': 'a reconnect amid a command',
  'gateway/CommandsWritten': 'verdicts say more',
  'gateway/DevicesCommanded': 'how many devices a task conducts commands for: its memory, not its health',
  'gateway/SourcesRefused': 'stands among what is turned away, by reason',
  'gateway/Evictions': 'a take-over between gateways',
  'gateway/LiveDropped': 'someone watches on a bad line',
  'gateway/LiveFrames': 'someone watches',
  'gateway/MessagesDropped': 'each has an error line',
  'gateway/MessagesNotUnderstood': 'only while versions are mixed',
  'gateway/TurnsDropped': 'frames that came while the table could not be read; a warning says so',
  'ingest/Decoded': 'frames by type are counted at the gateway already',
  'ingest/StatesSaved': 'write units say more',
  'control/Swept': 'what failed is shown',
  'control/Contested': 'the gateway counts them as they come',
  'control/Dispatches': 'verdicts say more',
  'control/MessagesNotUnderstood': 'only while versions are mixed',
  'control/ReportsOfNothing': 'a command deleted with its device',
  'control/TimeToConclude': 'mostly the length of a window',
  'api/RequestsLimited': 'the client gets 429',
  'notify/Told': 'what could not be sent is shown',
  'notify/NotificationsHeldBack': 'a flood of one device; the next notification counts them',
  'canary/CanaryCommandTime': 'for the canary’s own story',
  'canary/CanaryAckTime': 'for the canary’s own story',
  'canary/CanaryStoredTime': 'for the canary’s own story',
}
