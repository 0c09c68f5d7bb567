import { commandRules } from './rules/commands.ts'
import { eventRules } from './rules/events.ts'
import { functionRules } from './rules/functions.ts'
import { gatewayRules } from './rules/gateway.ts'
import { historyRules } from './rules/history.ts'
import { optionalRules } from './rules/optional.ts'
import { webhookRules } from './rules/webhooks.ts'
import type { AlarmRule } from './rules/rule.ts'
import type { Sources } from './sources.ts'

/** Few alarms, about symptoms: what users of the system would notice. */
export const alarmRules = (sources: Sources): AlarmRule[] =>
  [gatewayRules, historyRules, commandRules, functionRules, eventRules, webhookRules, optionalRules].flatMap(
    (rules) => rules(sources),
  )
