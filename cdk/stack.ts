import { CfnOutput, DefaultStackSynthesizer, PermissionsBoundary, Stack, type App } from 'aws-cdk-lib'
import type { Config } from './config/config.ts'
import { protectAudit } from './constructs/data/audit-protection.ts'
import { Data } from './constructs/data/data.ts'
import { Events } from './constructs/data/events.ts'
import { LogStream } from './constructs/data/log-stream.ts'
import { WebhookQueue } from './constructs/data/webhook-queue.ts'
import { protectWebhookSecrets } from './constructs/data/webhook-secret-protection.ts'
import { Api } from './constructs/functions/api.ts'
import { Archive } from './constructs/functions/archive.ts'
import { Canary } from './constructs/functions/canary.ts'
import { Control } from './constructs/functions/control.ts'
import { Ingest } from './constructs/functions/ingest.ts'
import { NoticeTopic } from './constructs/data/notice-topic.ts'
import { Notify } from './constructs/functions/notify.ts'
import { Watch } from './constructs/functions/watch.ts'
import { Webhooks } from './constructs/functions/webhooks.ts'
import { Gateway } from './constructs/gateway/gateway.ts'
import { Entry } from './constructs/network/entry.ts'
import { IotEndpoint } from './constructs/network/iot-endpoint.ts'
import { Names } from './constructs/network/names.ts'
import { Network } from './constructs/network/network.ts'
import { Alarms } from './constructs/watch/alarms.ts'
import { Budget } from './constructs/watch/budget.ts'
import { Dashboard } from './constructs/watch/dashboard.ts'
import { Queries } from './constructs/watch/queries.ts'

/** One tenant's whole system: the parts and their connections. All decisions are in the constructs. */
export class H02Stack extends Stack {
  constructor(app: App, config: Config) {
    const { stage, permissionsBoundary, bootstrapQualifier, monthlyBudget, alarmEmail } = config
    super(app, `h02-${stage}`, {
      description: 'H02 gateway for GPS trackers',
      // Not `removalPolicy`: the CDK applies it before the first change set, and a failed creation could not be
      // deleted.
      terminationProtection: config.deletionProtection,
      tags: { ...config.tags, app: 'h02-gateway', stage },
      ...(permissionsBoundary !== null && {
        permissionsBoundary: PermissionsBoundary.fromArn(permissionsBoundary),
      }),
      ...(bootstrapQualifier !== null && {
        synthesizer: new DefaultStackSynthesizer({ qualifier: bootstrapQualifier }),
      }),
    })
    const common = { ...config, removal: config.removalPolicy }
    const data = new Data(this, 'Data', common)
    const log = new LogStream(this, 'LogStream', common)
    const { bus } = new Events(this, 'Events', common)
    const webhookQueue = new WebhookQueue(this, 'WebhookQueue')
    const noticeTopic = new NoticeTopic(this, 'Notices', config)
    const iotHost = new IotEndpoint(this, 'IotEndpoint').host

    const network = new Network(this, 'Network', config)
    const entry = new Entry(this, 'Entry', { ...common, network })
    const gateway = new Gateway(this, 'Gateway', { ...config, network, entry, data, log, iotHost })
    const ingest = new Ingest(this, 'Ingest', { ...config, data, log, bus, webhookQueue })
    const archive = config.archive ? new Archive(this, 'Archive', { ...common, data, log }) : null
    const control = new Control(this, 'Control', { ...config, data, log, bus, webhookQueue, iotHost })
    const api = new Api(this, 'Api', {
      ...config,
      data,
      bus,
      webhookQueue,
      noticeTopic,
      iotHost,
      trackerHosts: [
        config.trackerHost ?? [],
        entry.addresses.map(({ attrPublicIp }) => attrPublicIp),
      ].flat(),
    })
    const webhooks = new Webhooks(this, 'Webhooks', { ...config, data, bus, webhookQueue, noticeTopic })
    const notify = new Notify(this, 'Notify', { ...config, data, bus, webhookQueue })
    const names = new Names(this, 'Names', { ...config, entry, api })
    const watch = new Watch(this, 'Watch', { ...config, gateway })
    const canary = config.canary ? new Canary(this, 'Canary', { ...config, entry, api }) : null

    const sources = {
      config,
      data,
      log,
      entry,
      gateway,
      ingest,
      control,
      api,
      notify,
      webhookQueue,
      webhooks,
      watch,
      canary,
      archive,
    }
    const { alarms } = new Alarms(this, 'Alarms', sources)
    // Without the metrics the dashboard would show empty charts for $3 a month.
    if (config.metrics === 'all') new Dashboard(this, 'Dashboard', sources, alarms)
    new Queries(this, 'Queries', sources)
    if (monthlyBudget !== null && alarmEmail !== null) {
      new Budget(this, 'Budget', { stage, limit: monthlyBudget, email: alarmEmail })
    }

    protectAudit(this, data.fleet)
    protectWebhookSecrets(this, data.fleet, webhooks.part.role)

    const output = (name: string, description: string, value: string): void => {
      new CfnOutput(this, name, { description, value })
    }
    const { byName, byAddress } = names.trackerSms
    output(
      'TrackerSms',
      'Send this SMS to a tracker (0000 is its password); it reboots and dials in',
      byName ?? byAddress,
    )
    if (byName !== null) output('TrackerSmsByAddress', 'For trackers that accept addresses only', byAddress)
    output(
      'SpareAddresses',
      'Another address of this stack, in case the first zone fails',
      entry.addresses
        .slice(1)
        .map(({ attrPublicIp }) => attrPublicIp)
        .join(' '),
    )
    if (names.recordsToCreate.length > 0) {
      output('DnsRecords', 'Create these records in your zone', names.recordsToCreate.join(' | '))
    }
    output('ApiUrl', 'HTTP API; described at /openapi.json', api.url)
    output('ConsoleUrl', 'Console', `${api.url}/`)
    output(
      'AdminKeyCommand',
      'Prints the first admin key of the API',
      `aws secretsmanager get-secret-value --region ${this.region} --secret-id ${api.adminKey.secretArn} --query SecretString --output text`,
    )
    const dashboardUrl = `https://${this.region}.console.aws.amazon.com/cloudwatch/home?region=${this.region}#dashboards/dashboard/h02-${stage}`
    if (config.metrics === 'all') output('DashboardUrl', 'Dashboard', dashboardUrl)
    output('TelemetryTable', 'For npm run history, redrive and reindex: --table', data.telemetry.tableName)
    output('FleetTable', 'Registry, sessions, commands', data.fleet.tableName)
    output('FailuresBucket', 'What ingest could not store, for 8 days', log.failures.bucketName)
    output('LogStreamName', 'The log between gateway and ingest, for 7 days', log.stream.streamName)
    output('IngestFunction', 'For npm run redrive', ingest.part.function.functionName)
    output('ControlFunction', 'For npm run redrive', control.part.function.functionName)
    output('NotifyFunction', 'For npm run redrive', notify.part.function.functionName)
    output(
      'UndeliveredQueue',
      'Notifications that could not be sent, for 14 days',
      notify.undelivered.queueUrl,
    )
    output(
      'DeadWebhookQueue',
      'Deliveries that could not even be tried, for 14 days',
      webhookQueue.dead.queueUrl,
    )
    output(
      'WebhookQueueUrl',
      'Events that wait for webhooks; for npm run redrive',
      webhookQueue.queue.queueUrl,
    )
    output('EventBusName', 'Events about devices, source h02.gateway', bus.eventBusName)
    if (archive !== null) {
      output('ArchiveBucket', 'Everything received, decoded', archive.store.bucket.bucketName)
      output('ArchiveTable', 'The same for Athena, as SQL names it', archive.store.tableName)
      output('ArchiveFunction', 'For npm run redrive', archive.part.function.functionName)
    }
    output('ClusterName', 'ECS cluster of the gateway', gateway.cluster.clusterName)
    output('ServiceName', 'ECS service of the gateway', gateway.service.serviceName)
    output('AdminKeySecret', 'Holds the first admin key', api.adminKey.secretArn)
  }
}
