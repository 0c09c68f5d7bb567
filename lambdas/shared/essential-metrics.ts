/**
 * The metrics that alarms and scaling read, as `part/Name`. With METRICS=few all others are only logged, as those in
 * log-only.ts: each metric costs $0.30 a month. A test compares this list with the alarms.
 */
export const essentialMetrics: ReadonlySet<string> = new Set([
  'gateway/OpenSockets',
  'gateway/SessionsOpened',
  'gateway/SessionsClosed',
  'gateway/MqttConnected',
  'gateway/ConnectionsRefused',
  'gateway/RelaysOpen',
  'gateway/RelayUpstreamDown',
  'ingest/RowsStored',
  'ingest/Undecodable',
  'ingest/EventsNotPublished',
  'control/EventsNotPublished',
  'api/EventsNotPublished',
  'webhooks/EventsNotPublished',
  'control/CommandsConcluded',
  'control/SweepLag',
  'api/WrongKeys',
  'watch/TasksDesired',
  'archive/RowsArchived',
  'canary/CanaryPassed',
])
