import { readers, type Setting } from './readers.ts'

const { choice, flag, list, optional, pairs, text, wholeNumber } = readers
const setting = <T>(made: Setting<T>): Setting<T> => made

/** Networks in CIDR notation. IPv4 only, because the load balancer's addresses are IPv4. */
const cidr = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\/(?:3[0-2]|[12]?\d)$/
const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const httpsUrl = /^https:\/\/\S+$/
const hostName = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/
const tableName = /^[A-Za-z0-9_.-]{3,255}$/

/**
 * Sockets per address that a gateway task accepts when any network may connect: mobile operators put many trackers
 * behind one address.
 */
const MAX_PER_PUBLIC_ADDRESS = 2_000
/** The gateway's limit of sockets per task, and therefore also the limit per address. */
const MAX_CONNECTIONS = 25_000

/**
 * All settings of a deployment: default, accepted values and meaning. A test compares the table in OPERATIONS.md with
 * this one. The values of a stage are in cdk/stages/<stage>.ts; `-c name=value` overrides both.
 */
export const settings = {
  stage: setting({
    byDefault: 'prod',
    ...text(/^[a-z][a-z0-9]{0,15}$/, 'up to 16 of a–z and 0–9, a letter first'),
    meaning: 'names the stack (`h02-prod`), its topics and its metrics; several stages fit in one account',
  }),
  allowedSources: setting<readonly string[]>({
    byDefault: ['0.0.0.0/0'],
    ...list(cidr, 'IPv4 networks such as 203.0.113.0/24'),
    meaning:
      'who may connect to the tracker port: the networks of your SIM cards, if you know them from your operator',
  }),
  network: setting<'public' | 'private' | 'existing'>({
    byDefault: 'public',
    ...choice('public', 'private', 'existing'),
    meaning:
      'where tasks run: public subnets without NAT (only the load balancer reaches them), private subnets with two NAT gateways (+$66 a month), or your own VPC',
  }),
  vpcId: setting<string | null>({
    byDefault: null,
    ...optional(text(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, 'vpc-… as the console shows it')),
    meaning: 'for `existing`',
  }),
  availabilityZones: setting<readonly string[]>({
    byDefault: [],
    ...list(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'zones such as eu-west-1a'),
    meaning:
      'zones of the network; empty: the first two of the region. For `existing`: the zones of its subnets, in their order',
  }),
  publicSubnetIds: setting<readonly string[]>({
    byDefault: [],
    ...list(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, 'subnet-… ids'),
    meaning: 'for `existing`: the subnets of the load balancer, one per zone',
  }),
  privateSubnetIds: setting<readonly string[]>({
    byDefault: [],
    ...list(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, 'subnet-… ids'),
    meaning:
      'for `existing`: the subnets of the tasks, one per zone, with a route to the internet; empty: the public ones',
  }),
  size: setting<'standard' | 'small'>({
    byDefault: 'standard',
    ...choice('standard', 'small'),
    meaning:
      '`small` has other defaults: one task of 512 MB, a log of 24 hours, few metrics, no dashboard (explained below)',
  }),
  tasksMin: setting({
    byDefault: 2,
    ...wholeNumber(1, 100),
    meaning:
      'minimum number of gateway tasks; with 1, a task that fails disconnects all trackers for a minute',
  }),
  tasksMax: setting({ byDefault: 10, ...wholeNumber(1, 100), meaning: 'maximum number of gateway tasks' }),
  cpuUnits: setting({
    byDefault: 256,
    ...wholeNumber(256, 16_384),
    meaning: 'CPU of a task, in 1/1024 of a core',
  }),
  memoryMb: setting({ byDefault: 1_024, ...wholeNumber(512, 122_880), meaning: 'memory of a task' }),
  connectionsPerTask: setting({
    byDefault: 8_000,
    ...wholeNumber(10, 20_000),
    meaning: 'open sockets per task above which tasks are added; tasks are never removed automatically',
  }),
  connectionsPerAddress: setting<number | null>({
    byDefault: null,
    ...optional(wholeNumber(1, MAX_CONNECTIONS)),
    meaning: `maximum of open sockets per address and task; without a value ${MAX_PER_PUBLIC_ADDRESS.toLocaleString('en-US')}, and ${MAX_CONNECTIONS.toLocaleString('en-US')} when \`allowedSources\` is narrowed (a private APN puts a fleet behind one address)`,
  }),
  trackerHost: setting<string | null>({
    byDefault: null,
    ...optional(text(hostName, 'a host name such as trackers.example.com')),
    meaning: 'the host name to which trackers connect; it resolves to all healthy zones',
  }),
  apiDomain: setting<string | null>({
    byDefault: null,
    ...optional(text(hostName, 'a host name such as gps.example.com')),
    meaning: 'the host name of API and console; requires `certificateArn`',
  }),
  certificateArn: setting<string | null>({
    byDefault: null,
    ...optional(
      text(/^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/\S+$/, 'the ARN of an ACM certificate'),
    ),
    meaning: 'for `apiDomain`: its ACM certificate, in the region of the stack',
  }),
  hostedZoneId: setting<string | null>({
    byDefault: null,
    ...optional(text(/^Z[A-Z0-9]{5,31}$/, 'the id of a Route 53 hosted zone')),
    meaning:
      'the Route 53 zone of `trackerHost` and `apiDomain`; without it the stack prints the records to create',
  }),
  shards: setting({
    byDefault: 1,
    ...wholeNumber(0, 200),
    meaning:
      'shards of the log (1,000 records/s and 1 MB/s each, $11 a month); 0: on-demand, from $29 a month',
  }),
  logHours: setting({
    byDefault: 168,
    ...wholeNumber(24, 168),
    meaning:
      'how long the log keeps frames that are not stored yet; more than 24 costs $15 per shard and month',
  }),
  metrics: setting<'all' | 'few'>({
    byDefault: 'all',
    ...choice('all', 'few'),
    meaning:
      'the metrics that the parts report to CloudWatch ($0.30 each): `few` are those that alarms and scaling read; there is then no dashboard',
  }),
  batchWindowSeconds: setting({
    byDefault: 5,
    ...wholeNumber(0, 300),
    meaning:
      'how long frames are collected before they are stored: a longer window costs less, and positions appear later',
  }),
  tableCapacity: setting<'onDemand' | 'provisioned'>({
    byDefault: 'onDemand',
    ...choice('onDemand', 'provisioned'),
    meaning:
      'how reads and writes of history are paid: each one, or by the hour for a number of units per second (`provisioned`), which costs less than half if the load is steady ([costs](COSTS.md#provisioned-table))',
  }),
  tableUnitsMin: setting<number | null>({
    byDefault: null,
    ...optional(wholeNumber(1, 1_000_000)),
    meaning: 'for `provisioned`: minimum of units per second, of reads and of writes',
  }),
  tableUnitsMax: setting<number | null>({
    byDefault: null,
    ...optional(wholeNumber(1, 1_000_000)),
    meaning:
      'for `provisioned`: maximum of units per second, and the number at the beginning; for more than 40,000 you must ask AWS for a higher quota',
  }),
  retentionDays: setting({
    byDefault: 365,
    // The log keeps events for 7 days. A state that expired sooner would forget which events it has applied.
    ...wholeNumber(8, 3_650),
    meaning: 'how long history is kept, counted from the last reception',
  }),
  archive: setting({
    byDefault: false,
    ...flag,
    meaning:
      'also writes everything that is received, decoded, to S3, with a table for Athena ([Archive](#archive))',
  }),
  registration: setting<'registered' | 'open'>({
    byDefault: 'registered',
    ...choice('registered', 'open'),
    meaning:
      '`open` registers every id that connects (at most 1,000 an hour): use it only to try the system out',
  }),
  silentHours: setting({
    byDefault: 24,
    ...wholeNumber(1, 720),
    meaning: 'a device that has sent nothing for this long is reported as silent',
  }),
  commandDelivery: setting<'direct' | 'publish'>({
    byDefault: 'direct',
    ...choice('direct', 'publish'),
    meaning:
      'how a command is sent to its gateway: as a direct message that the gateway confirms, or as a QoS 1 publish',
  }),
  engineCommands: setting({
    byDefault: false,
    ...flag,
    meaning: 'whether commands that cut the fuel are accepted at all',
  }),
  relay: setting({
    byDefault: false,
    ...flag,
    meaning:
      'whether devices may be relayed to another server as well ([Relay](#relay)); the tasks may then open connections to all TCP ports',
  }),
  apiConcurrency: setting({
    byDefault: 10,
    ...wholeNumber(2, 100_000),
    meaning:
      'requests that the API function may handle at the same time (a new account has 10); half of them may wait for a command',
  }),
  reservedConcurrency: setting({
    byDefault: 0,
    ...wholeNumber(0, 1_000),
    meaning:
      'executions that are reserved for control, and the same number for ingest, so that a busy API cannot use all of them; 0: none. The account must keep 100 unreserved',
  }),
  engineSpeedLimitKmh: setting({
    byDefault: 20,
    ...wholeNumber(0, 60),
    meaning: 'the speed above which the fuel is never cut',
  }),
  jwtIssuer: setting<string | null>({
    byDefault: null,
    ...optional(text(httpsUrl, 'an https URL')),
    meaning: 'accepts JSON Web Tokens of this issuer in addition to API keys',
  }),
  jwtAudience: setting<string | null>({
    byDefault: null,
    ...optional(text(/^\S+$/, 'a text without blanks')),
    meaning: 'the audience that such a token must contain',
  }),
  jwtScopePrefix: setting({
    byDefault: 'h02/',
    ...text(/^[\x21-\x7e]{0,100}$/, 'up to 100 visible ASCII characters'),
    meaning:
      'the beginning of a scope in such a token: `h02/read` is the scope `read`; `read` and `billing/read` are ignored',
  }),
  jwtDevicesClaim: setting<string | null>({
    byDefault: null,
    ...optional(text(/^[\x21-\x7e]{1,200}$/, 'the name of a claim')),
    meaning:
      'the claim that restricts such a token to devices: `all`, or an object like `devices` of a key. A token without this claim sees no device',
  }),
  oidcClientId: setting<string | null>({
    byDefault: null,
    ...optional(text(/^\S+$/, 'a text without blanks')),
    meaning:
      'the client id of the console, a public client of that issuer: people then sign in there instead of with a key',
  }),
  oidcScope: setting({
    byDefault: 'openid',
    ...text(/^openid(?: \S+)*$/, 'openid, and more behind it'),
    meaning: 'the scopes that the console requests from the issuer',
  }),
  mapStyleUrl: setting<string | null>({
    byDefault: null,
    ...optional(text(httpsUrl, 'an https URL')),
    meaning:
      'the console’s map: the URL of a MapLibre style or of a .pmtiles file; without it the console draws its own outlines and places',
  }),
  mapOrigins: setting<readonly string[]>({
    byDefault: [],
    ...list(/^https:\/\/[a-z0-9.-]+(?::\d+)?$/, 'origins such as https://fonts.example.com'),
    meaning:
      'further origins from which the style of the map reads tiles, signs or fonts; the page may not read from any others ([Maps](#maps))',
  }),
  mapPmtiles: setting<string | null>({
    byDefault: null,
    ...optional(
      text(
        /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[A-Za-z0-9!_.()/+@&=,;:$ -]+\.pmtiles$/,
        's3://bucket/region.pmtiles, of letters, digits, blanks and !_.()/+@&=,;:$-',
      ),
    ),
    meaning:
      'instead of `mapStyleUrl`: a .pmtiles file in a bucket, in the AWS region of the stack; the API may read only this file, and serves it to the console',
  }),
  geocoder: setting<string | null>({
    byDefault: null,
    ...optional(
      text(
        // The public server allows an application 1 request a second, and instances of a function do not share a counter.
        /^(?:amazon-location|https:\/\/(?![^/]*openstreetmap\.org)[A-Za-z0-9.-]+(?::\d+)?(?:\/[\w./-]*)?)$/,
        'amazon-location, or the https URL of a Nominatim server of yours',
      ),
    ),
    meaning:
      'shows the address of a device on its page: `amazon-location`, or the https URL of your own Nominatim server ([Addresses](#addresses))',
  }),
  alarmEmail: setting<string | null>({
    byDefault: null,
    ...optional(text(email, 'an e-mail address')),
    meaning: 'who gets the alarms of the system',
  }),
  deviceAlarmEmail: setting<string | null>({
    byDefault: null,
    ...optional(text(email, 'an e-mail address')),
    meaning: 'who gets the alarms of trackers',
  }),
  alarmTopicArn: setting<string | null>({
    byDefault: null,
    ...optional(text(/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:\S+$/, 'the ARN of an SNS topic')),
    meaning: 'your own SNS topic for the alarms of the system, such as that of PagerDuty or Slack',
  }),
  runbookUrl: setting<string | null>({
    byDefault: null,
    ...optional(text(httpsUrl, 'an https URL')),
    meaning:
      'the address of your copy of cdk/OPERATIONS.md; alarms link to its sections. Without it, alarms name the file and the section',
  }),
  monthlyBudget: setting<number | null>({
    byDefault: null,
    ...optional(wholeNumber(1, 1_000_000)),
    meaning:
      'dollars a month; `alarmEmail` gets a mail at 80 % and when the forecast is higher. The budget counts the whole account',
  }),
  logRetentionDays: setting({
    byDefault: 30,
    ...choice(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 3_653),
    meaning: 'how long log lines are kept',
  }),
  removalPolicy: setting<'retain' | 'destroy'>({
    byDefault: 'retain',
    ...choice('retain', 'destroy'),
    meaning: 'whether tables, log and addresses are kept when the stack is deleted',
  }),
  deletionProtection: setting({
    byDefault: false,
    ...flag,
    meaning:
      'protects stack, tables and load balancer from deletion; switch it on after the first deployment has succeeded',
  }),
  telemetryTableName: setting<string | null>({
    byDefault: null,
    ...optional(text(tableName, 'the name of a DynamoDB table')),
    meaning: 'a restored telemetry table, which the stack uses instead of its own',
  }),
  fleetTableName: setting<string | null>({
    byDefault: null,
    ...optional(text(tableName, 'the name of a DynamoDB table')),
    meaning: 'a restored fleet table, which the stack uses instead of its own',
  }),
  tags: setting<Readonly<Record<string, string>>>({
    byDefault: {},
    ...pairs('tags such as team=fleet,costCenter=42'),
    meaning: 'tags of everything in the stack, in addition to `app` and `stage`',
  }),
  permissionsBoundary: setting<string | null>({
    byDefault: null,
    ...optional(text(/^arn:[a-z-]+:iam::\d{12}:policy\/\S+$/, 'the ARN of an IAM policy')),
    meaning: 'the permissions boundary of every role of the stack',
  }),
  bootstrapQualifier: setting<string | null>({
    byDefault: null,
    ...optional(text(/^[a-z0-9]{1,10}$/, 'up to 10 of a–z and 0–9')),
    meaning: 'the qualifier of your CDK bootstrap, if it is not the default one',
  }),
  canary: setting({
    byDefault: false,
    ...flag,
    meaning: 'a function that acts as a tracker every minute, with an alarm if a frame or a command is lost',
  }),
}

/** Defaults that depend on `size`. */
export const sizeDefaults = {
  standard: {},
  small: { tasksMin: 1, memoryMb: 512, logHours: 24, metrics: 'few' },
} as const

type ValueOf<S> = S extends Setting<infer T> ? T : never
export type Config = { readonly [Name in keyof typeof settings]: ValueOf<(typeof settings)[Name]> }
/** The values that a team sets: only those that differ from the defaults. */
export type Values = Partial<Config>
/** What cdk/stages/<stage>.ts exports as `values`. */
export type StageValues = Omit<Values, 'stage'>

/** True if only networks that the team has named may connect. */
const isNarrowed = ({ allowedSources }: Pick<Config, 'allowedSources'>): boolean =>
  !allowedSources.includes('0.0.0.0/0')

/** Open sockets per address and task. With a private APN the team's whole fleet may be behind one address. */
export const connectionsPerAddressOf = (
  config: Pick<Config, 'allowedSources' | 'connectionsPerAddress'>,
): number => config.connectionsPerAddress ?? (isNarrowed(config) ? MAX_CONNECTIONS : MAX_PER_PUBLIC_ADDRESS)
