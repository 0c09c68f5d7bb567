import { join } from 'node:path'
import { RemovalPolicy, Stack, type Duration } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { EntryName } from '../../build/entries.ts'
import { allow, type Permission } from '../helpers/allow.ts'

/** What all functions have in common. */
export type Common = {
  readonly stage: string
  readonly logRetentionDays: number
  readonly metrics: 'all' | 'few'
}

type PartFunctionProps = Common & {
  readonly entry: EntryName
  readonly description: string
  readonly environment: Readonly<Record<string, string>>
  readonly permissions: readonly Permission[]
  readonly memoryMb: number
  /** Reserved concurrency; 0 or missing: none. */
  readonly reservedExecutions?: number
  readonly timeout: Duration
  /** A role created earlier, when another resource that the function refers to must refer to the role. */
  readonly role?: Role
}

export const makePartRole = (scope: Construct, id: string, entry: EntryName): Role =>
  new Role(scope, id, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `${entry} of ${Stack.of(scope).stackName}`,
  })

const builds = join(import.meta.dirname, '../../../.build')

/**
 * A Lambda function made from its bundle, with its own role and log group. It may write its log and use the listed
 * permissions, nothing else.
 */
export class PartFunction extends Construct {
  readonly function: Function
  readonly role: Role
  readonly logGroup: LogGroup
  readonly memoryMb: number

  constructor(scope: Construct, id: string, props: PartFunctionProps) {
    super(scope, id)
    this.memoryMb = props.memoryMb
    this.logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.role = props.role ?? makePartRole(this, 'Role', props.entry)
    this.function = new Function(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(builds, props.entry), { exclude: ['meta.json'] }),
      handler: 'index.handler',
      role: this.role,
      memorySize: props.memoryMb,
      ...(props.reservedExecutions && { reservedConcurrentExecutions: props.reservedExecutions }),
      timeout: props.timeout,
      logGroup: this.logGroup,
      // Our log lines are JSON already, and metrics are log lines: they must arrive unchanged.
      loggingFormat: LoggingFormat.TEXT,
      environment: {
        ...props.environment,
        ...(props.metrics === 'few' && { METRICS: 'few' }),
        NODE_OPTIONS: '--enable-source-maps',
      },
    })
    allow(
      this.role,
      {
        sid: 'WriteLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      },
      ...props.permissions,
    )
    // Lambda checks some permissions when an event source is created, not when it is used.
    this.function.node.addDependency(this.role)
  }
}
