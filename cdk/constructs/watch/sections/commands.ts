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
  ],
})
