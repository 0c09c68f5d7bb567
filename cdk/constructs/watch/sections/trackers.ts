import type { Sources } from '../sources.ts'
import { five, minute, type Curves, type Section } from './curves.ts'

/** Who connects, and to which task. */
export const trackersSection = ({ config, entry, gateway }: Sources, { ours, each }: Curves): Section => ({
  question: 'Are trackers getting in?',
  hint: 'Open sockets follow the fleet. Sessions opened and closed in step are reconnects; closed alone are losses.',
  charts: [
    {
      title: 'Open sockets per task',
      kind: 'lines',
      unit: 'sockets',
      curves: [
        ours('gateway', 'OpenSockets', 'average', 'Average'),
        ours('gateway', 'OpenSockets', 'fullest task', 'Maximum'),
      ],
      right: [ours('gateway', 'OpenSockets', 'all together', 'Sum')],
      rightUnit: 'sockets',
      limit: { value: config.connectionsPerTask, label: 'another task is added' },
    },
    {
      title: 'Sessions',
      kind: 'lines',
      unit: 'per minute',
      curves: [
        ours('gateway', 'SessionsOpened', 'opened'),
        ours('gateway', 'SessionsClosed', 'closed'),
        ours('gateway', 'SessionsTakenOver', 'taken over'),
        ours('gateway', 'TakeoversContested', 'contested'),
      ],
    },
    {
      title: 'Turned away',
      kind: 'lines',
      unit: 'per minute',
      curves: [
        ours('gateway', 'ConnectionsRefused', 'over a limit'),
        ours('gateway', 'Foreign', 'other protocol'),
        each('gateway', 'NotForwarded', 'reason'),
      ],
    },
    {
      title: 'Unknown and silent devices',
      kind: 'lines',
      unit: 'per 5 minutes',
      curves: [
        ours('gateway', 'UnknownDevices', 'logins of unknown ids', 'Sum', five),
        ours('control', 'DevicesSilent', 'devices found silent', 'Sum', five),
      ],
    },
    ...(config.relay
      ? ([
          {
            title: 'Relays to other servers',
            kind: 'lines',
            unit: 'devices',
            curves: [
              ours('gateway', 'RelaysOpen', 'connected', 'Sum'),
              ours('gateway', 'RelayUpstreamDown', 'no connection', 'Sum'),
            ],
            right: [ours('gateway', 'RelayDropped', 'not passed on')],
            rightUnit: 'bytes per minute',
          },
        ] satisfies Section['charts'])
      : []),
    {
      title: 'Gateways behind the load balancer',
      kind: 'lines',
      unit: 'tasks',
      curves: [
        ours('watch', 'TasksDesired', 'desired', 'Maximum'),
        entry.targetGroup.metrics.healthyHostCount({
          statistic: 'Maximum',
          period: minute,
          label: 'healthy',
        }),
        entry.targetGroup.metrics.unHealthyHostCount({
          statistic: 'Maximum',
          period: minute,
          label: 'unhealthy',
        }),
      ],
      right: [
        entry.loadBalancer.metrics.tcpTargetResetCount({ period: minute, label: 'resets by tasks' }),
        entry.loadBalancer.metrics.tcpClientResetCount({ period: minute, label: 'resets by trackers' }),
      ],
      rightUnit: 'per minute',
    },
    {
      title: 'Fargate',
      kind: 'lines',
      unit: '%',
      curves: [
        gateway.service.metricCpuUtilization({ period: minute, statistic: 'Maximum', label: 'CPU' }),
        gateway.service.metricMemoryUtilization({
          period: minute,
          statistic: 'Maximum',
          label: 'memory',
        }),
      ],
      limit: { value: 80, label: 'too much' },
    },
  ],
})
