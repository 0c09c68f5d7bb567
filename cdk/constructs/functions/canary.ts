import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { CanaryEnv } from '../../../lambdas/shared/env.ts'
import type { Api } from './api.ts'
import { TRACKER_PORT, type Entry } from '../network/entry.ts'
import { PartFunction, type Common } from './part-function.ts'
import { Every } from './schedule.ts'

type CanaryProps = Common & { readonly entry: Entry; readonly api: Api }

/** Acts as a tracker once a minute from outside: through the address that trackers connect to, and the public API. */
export class Canary extends Construct {
  readonly part: PartFunction

  constructor(scope: Construct, id: string, props: CanaryProps) {
    super(scope, id)
    const { entry, api } = props
    this.part = new PartFunction(this, 'Part', {
      ...props,
      entry: 'canary',
      description: 'Acts as a tracker, and checks that its frame and its command come through',
      memoryMb: 256,
      timeout: Duration.seconds(58),
      environment: {
        STAGE: props.stage,
        TRACKER_HOST: entry.addresses[0]!.attrPublicIp,
        TRACKER_PORT: String(TRACKER_PORT),
        API_URL: api.url,
        ADMIN_KEY_SECRET: api.adminKey.secretArn,
      } satisfies CanaryEnv,
      permissions: [
        {
          sid: 'ReadAdminKey',
          actions: ['secretsmanager:GetSecretValue'],
          resources: [api.adminKey.secretArn],
        },
      ],
    })
    new Every(this, 'Visit', { target: this.part.function, minutes: 1, description: 'The canary' })
  }
}
