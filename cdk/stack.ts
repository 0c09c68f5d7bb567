import { CfnOutput, Stack, type App } from 'aws-cdk-lib'
import type { Config } from './config/config.ts'
import { Alarms } from './constructs/watch/alarms.ts'
import { protectAudit } from './constructs/data/audit-protection.ts'
import { Api } from './constructs/functions/api.ts'
import { Canary } from './constructs/functions/canary.ts'
import { Control } from './constructs/functions/control.ts'
import { Dashboard } from './constructs/watch/dashboard.ts'
import { Data } from './constructs/data/data.ts'
import { Entry, trackerPort } from './constructs/network/entry.ts'
import { Events } from './constructs/data/events.ts'
import { Gateway } from './constructs/gateway/gateway.ts'
import { Ingest } from './constructs/functions/ingest.ts'
import { IotEndpoint } from './constructs/network/iot-endpoint.ts'
import { LogStream } from './constructs/data/log-stream.ts'
import { Network } from './constructs/network/network.ts'
import { Notify } from './constructs/functions/notify.ts'
import { Queries } from './constructs/watch/queries.ts'

/** One tenant's whole system: what stands where, and who is told of whom. Every choice is in the constructs. */
export class H02Stack extends Stack {
  constructor(app: App, config: Config) {
    super(app, `h02-${config.stage}`, {
      description: 'H02 gateway for GPS trackers',
      terminationProtection: config.removalPolicy === 'retain',
      tags: { app: 'h02-gateway', stage: config.stage },
    })
    const common = { ...config, removal: config.removalPolicy }
    const data = new Data(this, 'Data', common)
    const log = new LogStream(this, 'LogStream', common)
    const { bus } = new Events(this, 'Events', common)
    const iotHost = new IotEndpoint(this, 'IotEndpoint').host

    const network = new Network(this, 'Network', config)
    const entry = new Entry(this, 'Entry', { ...common, network })
    const gateway = new Gateway(this, 'Gateway', { ...config, network, entry, data, log, iotHost })
    const ingest = new Ingest(this, 'Ingest', { ...config, data, log, bus })
    const control = new Control(this, 'Control', { ...config, data, log, bus, iotHost })
    const api = new Api(this, 'Api', { ...config, data, iotHost })
    const notify = new Notify(this, 'Notify', { ...config, data, bus })
    const canary = config.canary ? new Canary(this, 'Canary', { ...config, entry, api }) : null

    const sources = { config, data, log, entry, gateway, ingest, control, api, notify, canary }
    const { alarms } = new Alarms(this, 'Alarms', sources)
    new Dashboard(this, 'Dashboard', sources, alarms)
    new Queries(this, 'Queries', sources)

    protectAudit(this, data.fleet)

    const output = (name: string, description: string, value: string): void => {
      new CfnOutput(this, name, { description, value })
    }
    const [first, ...spare] = entry.addresses
    output(
      'TrackerSms',
      'Send this SMS to a tracker (0000 is its password); it reboots and dials in',
      `8040000 ${first!.attrPublicIp} ${trackerPort}`,
    )
    output(
      'SpareAddresses',
      'Also lead here, should the first zone fail',
      spare.map(({ attrPublicIp }) => attrPublicIp).join(' '),
    )
    output('ApiUrl', 'HTTP API; described at /openapi.json', api.url)
    output('ConsoleUrl', 'Console', `${api.url}/`)
    output(
      'AdminKeyCommand',
      'Prints the first admin key of the API',
      `aws secretsmanager get-secret-value --region ${this.region} --secret-id ${api.adminKey.secretArn} --query SecretString --output text`,
    )
    output(
      'DashboardUrl',
      'Dashboard',
      `https://${this.region}.console.aws.amazon.com/cloudwatch/home?region=${this.region}#dashboards/dashboard/h02-${config.stage}`,
    )
    output('TelemetryTable', 'For npm run history, redrive and reindex: --table', data.telemetry.tableName)
    output('FleetTable', 'Registry, sessions, commands', data.fleet.tableName)
    output('FailuresBucket', 'What ingest could not store, for 8 days', log.failures.bucketName)
  }
}
