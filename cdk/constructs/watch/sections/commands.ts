import { five, type Curves, type Section } from './curves.ts'

/** Commands and their verdicts. */
export const commandsSection = ({ ours, each }: Curves): Section => ({
  question: 'Are commands answered?',
  hint: 'Every command ends with a verdict. Unanswered alone is a tracker that does not speak that dialect; all unanswered is us.',
  charts: [
    {
      title: 'Commands by verdict',
      kind: 'areas',
      unit: 'per 5 minutes',
      curves: [each('control', 'CommandsConcluded', 'verdict', five)],
    },
    {
      title: 'Time to reply',
      kind: 'lines',
      unit: 'ms',
      curves: [
        ours('control', 'TimeToReply', 'median', 'p50', five),
        ours('control', 'TimeToReply', 'slowest in a hundred', 'p99', five),
      ],
    },
    {
      title: 'Command channel',
      kind: 'lines',
      unit: 'connected = 1',
      curves: [ours('gateway', 'MqttConnected', 'worst task', 'Minimum')],
      right: [each('gateway', 'CommandsRefused', 'reason', five)],
      rightUnit: 'refused per 5 minutes',
    },
    {
      title: 'What is planned: schedules, settings, campaigns',
      kind: 'lines',
      unit: 'per 5 minutes',
      curves: [
        each('control', 'ScheduledRuns', 'outcome', five),
        ours('control', 'SettingsSent', 'settings sent', 'Sum', five),
      ],
      right: [
        ours('control', 'SettingsNotKept', 'settings not kept after three tries', 'Sum', five),
        ours('control', 'CampaignsStopped', 'campaigns that stopped themselves', 'Sum', five),
      ],
      rightUnit: 'per 5 minutes',
    },
  ],
})
