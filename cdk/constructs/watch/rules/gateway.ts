import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { ourMetric } from '../metrics.ts'
import type { Sources } from '../sources.ts'
import { minutes, per, type AlarmRule } from './rule.ts'

/** Alarms about sockets and tasks. */
export const gatewayRules = ({ config: { stage } }: Sources): AlarmRule[] => {
  return [
    {
      id: 'TrackersDropped',
      title: 'Trackers dropped',
      meaning:
        'In ten minutes, more than 30 % of the open sockets (and more than 10) closed and did not come back.',
      metric: new MathExpression({
        label: 'sockets lost, %',
        expression:
          'IF(FILL(closed,0)-FILL(opened,0) > 10, 100*(FILL(closed,0)-FILL(opened,0))/(FILL(open,0)/10+FILL(closed,0)-FILL(opened,0)), 0)',
        usingMetrics: {
          // Each task reports once a minute: a tenth of the sum over ten minutes is the number of sockets of the fleet.
          open: ourMetric(stage, 'gateway', 'OpenSockets', per(minutes(10))),
          opened: ourMetric(stage, 'gateway', 'SessionsOpened', per(minutes(10))),
          closed: ourMetric(stage, 'gateway', 'SessionsClosed', per(minutes(10))),
        },
        period: minutes(10),
      }),
      threshold: 30,
      points: [1, 1],
    },
    {
      id: 'TasksMissing',
      title: 'Tasks missing',
      meaning:
        'For 15 minutes fewer gateway tasks report than the service should run: the others carry more, and the next failure is an outage.',
      // Without data of the watch function the alarm stays silent: either the first deployment is not complete, or
      // "Function errors" says why. Each task reports once a minute; the load balancer's counts differ by zone.
      // Compared with the desired number and not with tasksMin: a service scaled to 10 tasks that runs 3 is in trouble.
      metric: new MathExpression({
        label: 'missing tasks',
        expression: 'desired-FILL(reports,0)/5',
        usingMetrics: {
          desired: ourMetric(stage, 'watch', 'TasksDesired', per(minutes(5), 'Average')),
          reports: ourMetric(stage, 'gateway', 'OpenSockets', per(minutes(5), 'SampleCount')),
        },
        period: minutes(5),
      }),
      // A report may fall into the next period.
      threshold: 0.4,
      points: [3, 3],
    },
    {
      id: 'ConnectionsRefused',
      title: 'Connections refused',
      meaning:
        'For ten minutes gateway tasks refused sockets because an address reached `connectionsPerAddress`, or because a task is full.',
      metric: ourMetric(stage, 'gateway', 'ConnectionsRefused', per(minutes(5))),
      threshold: 10,
      points: [2, 2],
    },
    {
      id: 'CommandChannelDown',
      title: 'Command channel down',
      meaning:
        'A gateway task has no MQTT connection for five minutes: its trackers report, but receive no commands.',
      metric: ourMetric(stage, 'gateway', 'MqttConnected', per(minutes(1), 'Minimum')),
      comparison: 'below',
      threshold: 1,
      points: [5, 5],
    },
  ]
}
