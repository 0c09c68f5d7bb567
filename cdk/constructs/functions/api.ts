import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  ApiMapping,
  DomainName,
  HttpApi,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import type { Role } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { ConsoleEnv } from '../../../lambdas/api/site/config.ts'
import type { ApiEnv } from '../../../lambdas/shared/env.ts'
import type { Config } from '../../config/config.ts'
import { commandPermissions, registryActions } from './command-permissions.ts'
import type { Permission } from '../helpers/allow.ts'
import { indexArn, type Data } from '../data/data.ts'
import { subscribeToNotices, type NoticeTopic } from '../data/notice-topic.ts'
import { sendToWebhooks, type WebhookQueue } from '../data/webhook-queue.ts'
import { TRACKER_PORT } from '../network/entry.ts'
import { LiveRole } from './live-role.ts'
import { makePartRole, PartFunction, type Common } from './part-function.ts'

type ApiProps = Common &
  Pick<
    Config,
    | 'apiConcurrency'
    | 'retentionDays'
    | 'silentHours'
    | 'commandDelivery'
    | 'engineCommands'
    | 'engineSpeedLimitKmh'
    | 'relay'
    | 'jwtIssuer'
    | 'jwtAudience'
    | 'jwtScopePrefix'
    | 'jwtDevicesClaim'
    | 'oidcClientId'
    | 'oidcScope'
    | 'mapStyleUrl'
    | 'mapOrigins'
    | 'mapPmtiles'
    | 'geocoder'
    | 'apiDomain'
    | 'certificateArn'
  > & {
    readonly data: Data
    readonly bus: IEventBus
    readonly webhookQueue: WebhookQueue
    readonly noticeTopic: NoticeTopic
    readonly iotHost: string
    /** Names and addresses of the entry for trackers, the preferred one first. */
    readonly trackerHosts: readonly string[]
  }

/** The object with the map, if one is configured. */
function readMap(scope: Construct, mapPmtiles: string | null): readonly Permission[] {
  if (mapPmtiles === null) return []
  const arn = `arn:${Stack.of(scope).partition}:s3:::${mapPmtiles.slice('s3://'.length)}`
  return [{ sid: 'ReadMap', actions: ['s3:GetObject'], resources: [arn] }]
}

/** Amazon Location’s Places API has one resource in each region, without an account. */
function findAddresses(scope: Construct, geocoder: string | null): readonly Permission[] {
  if (geocoder !== 'amazon-location') return []
  const { partition, region } = Stack.of(scope)
  const arn = `arn:${partition}:geo-places:${region}::provider/default`
  return [{ sid: 'FindAddresses', actions: ['geo-places:ReverseGeocode'], resources: [arn] }]
}

/** The HTTP API and the console, under one address. The function itself checks every key. */
export class Api extends Construct {
  readonly part: PartFunction
  readonly httpApi: HttpApi
  readonly adminKey: Secret
  readonly liveRole: LiveRole
  /** The custom domain `apiDomain`; null: the API uses API Gateway's own name. */
  readonly domain: DomainName | null
  /** Without a trailing slash. */
  readonly url: string

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id)
    const { stage } = props
    this.adminKey = new Secret(this, 'AdminKey', {
      description: 'The first admin key of the HTTP API: make other keys with it (POST /v1/keys)',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    })
    Validations.of(this.adminKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Rotation would lock people out without notice; OPERATIONS.md says how to change it by hand.',
    })
    // The live role trusts only the function's role, and the function needs the live role's ARN: so the function's role
    // is created first.
    const role = makePartRole(this, 'Role', 'api')
    this.liveRole = new LiveRole(this, 'Live', { stage, api: role })
    this.part = this.createFunction(props, role)
    this.httpApi = new HttpApi(this, 'HttpApi', {
      description: `H02 gateway, ${stage}`,
      createDefaultStage: false,
      // One route for all paths: the function has its own router, which also answers unknown paths.
      defaultIntegration: new HttpLambdaIntegration('Function', this.part.function, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
        timeout: Duration.seconds(29),
      }),
    })
    Validations.of(this.httpApi).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The function itself checks keys and tokens on every /v1 path, with scopes, as in embedded mode.',
    })
    const httpStage = this.createStage(props)
    this.domain = this.serveUnder(props, httpStage)
    this.url = props.apiDomain === null ? httpStage.url.replace(/\/$/, '') : `https://${props.apiDomain}`
  }

  private createFunction(props: ApiProps, role: Role): PartFunction {
    const { stage, data } = props
    return new PartFunction(this, 'Part', {
      ...props,
      role,
      entry: 'api',
      description: 'HTTP API and console',
      memoryMb: 1_024,
      // One second less than API Gateway's limit, so that people see our error and not API Gateway's.
      timeout: Duration.seconds(29),
      environment: {
        STAGE: stage,
        TELEMETRY_TABLE: data.telemetry.tableName,
        FLEET_TABLE: data.fleet.tableName,
        EVENT_BUS: props.bus.eventBusName,
        RETENTION_DAYS: String(props.retentionDays),
        SILENT_HOURS: String(props.silentHours),
        WEBHOOK_QUEUE: props.webhookQueue.queue.queueUrl,
        NOTICE_TOPIC_ARN: props.noticeTopic.topic.topicArn,
        ADMIN_KEY_SECRET: this.adminKey.secretArn,
        IOT_ENDPOINT: props.iotHost,
        COMMAND_DELIVERY: props.commandDelivery,
        ENGINE_COMMANDS: props.engineCommands ? 'on' : 'off',
        ENGINE_SPEED_LIMIT_KMH: String(props.engineSpeedLimitKmh),
        ...(props.relay && { RELAY: 'on' }),
        TRACKER_HOSTS: props.trackerHosts.join(' '),
        TRACKER_PORT: String(TRACKER_PORT),
        API_CONCURRENCY: String(props.apiConcurrency),
        ...(props.apiDomain !== null && { PUBLIC_ORIGIN: `https://${props.apiDomain}` }),
        LIVE_ROLE_ARN: this.liveRole.role.roleArn,
        ...(props.jwtIssuer !== null &&
          props.jwtAudience !== null && {
            JWT_ISSUER: props.jwtIssuer,
            JWT_AUDIENCE: props.jwtAudience,
            JWT_SCOPE_PREFIX: props.jwtScopePrefix,
            ...(props.jwtDevicesClaim !== null && { JWT_DEVICES_CLAIM: props.jwtDevicesClaim }),
          }),
        ...(props.oidcClientId !== null && {
          OIDC_CLIENT_ID: props.oidcClientId,
          OIDC_SCOPE: props.oidcScope,
        }),
        ...(props.mapStyleUrl !== null && { MAP_STYLE_URL: props.mapStyleUrl }),
        ...(props.mapOrigins.length > 0 && { MAP_ORIGINS: props.mapOrigins.join(' ') }),
        ...(props.mapPmtiles !== null && { MAP_PMTILES: props.mapPmtiles }),
        ...(props.geocoder !== null && { GEOCODER: props.geocoder }),
      } satisfies ApiEnv & ConsoleEnv & Record<string, string>,
      permissions: [
        {
          sid: 'ReadAdminKey',
          actions: ['secretsmanager:GetSecretValue'],
          resources: [this.adminKey.secretArn],
        },
        {
          sid: 'ReadHistory',
          actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem'],
          resources: [data.telemetry.tableArn],
        },
        { sid: 'BuryHistory', actions: ['dynamodb:UpdateItem'], resources: [data.telemetry.tableArn] },
        { sid: 'ReadByTime', actions: ['dynamodb:Query'], resources: [indexArn(data.telemetry, 'byTime')] },
        { sid: 'ListFleet', actions: ['dynamodb:Query'], resources: [indexArn(data.fleet, 'byList')] },
        {
          sid: 'KeepRegistry',
          actions: registryActions,
          resources: [data.fleet.tableArn],
        },
        ...readMap(this, props.mapPmtiles),
        ...findAddresses(this, props.geocoder),
        ...commandPermissions(this, props),
        sendToWebhooks(props.webhookQueue),
        ...subscribeToNotices(props.noticeTopic),
        { sid: 'PutEvents', actions: ['events:PutEvents'], resources: [props.bus.eventBusArn] },
        { sid: 'LetWatch', actions: ['sts:AssumeRole'], resources: [this.liveRole.role.roleArn] },
      ],
    })
  }

  private createStage(props: ApiProps): HttpStage {
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    return new HttpStage(this, 'Stage', {
      httpApi: this.httpApi,
      stageName: '$default',
      autoDeploy: true,
      // Limits the cost of a leaked key; 100 requests per second is a large fleet's load.
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        // Neither query nor headers: they may contain secrets.
        format: AccessLogFormat.custom(
          JSON.stringify({
            time: '$context.requestTime',
            requestId: '$context.requestId',
            method: '$context.httpMethod',
            path: '$context.path',
            status: '$context.status',
            latencyMs: '$context.responseLatency',
            sourceIp: '$context.identity.sourceIp',
            error: '$context.integrationErrorMessage',
          }),
        ),
      },
    })
  }

  private serveUnder({ apiDomain, certificateArn }: ApiProps, stage: HttpStage): DomainName | null {
    if (apiDomain === null || certificateArn === null) return null
    const domain = new DomainName(this, 'Domain', {
      domainName: apiDomain,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
    })
    new ApiMapping(this, 'Mapping', { api: this.httpApi, domainName: domain, stage })
    return domain
  }
}
