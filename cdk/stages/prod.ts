import type { StageValues } from '../config/settings.ts'

/** Values of stage `prod`; the others have their defaults (table in cdk/OPERATIONS.md). */
export const values: StageValues = {
  // Someone must receive the alarms: a mail address, or the topic of PagerDuty or Slack (alarmTopicArn).
  // alarmEmail: 'ops@example.com',
  // Switch it on after the first deployment has succeeded: before that it blocks the clean-up of a failed one.
  // deletionProtection: true,
}
