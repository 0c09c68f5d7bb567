import { Duration } from 'aws-cdk-lib'
import { Role, type IRole } from 'aws-cdk-lib/aws-iam'
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { liveClientId } from '../../../lambdas/shared/domain/topics.ts'
import { allow } from '../helpers/allow.ts'
import { iotArnsOf } from '../helpers/topic-arns.ts'

/**
 * The role of a browser that watches a device: it may receive one live topic, for at most an hour. The api function
 * assumes this role with a session policy that names the device; no one else may assume it.
 */
export class LiveRole extends Construct {
  readonly role: Role

  constructor(scope: Construct, id: string, { stage, api }: { readonly stage: string; readonly api: IRole }) {
    super(scope, id)
    const iot = iotArnsOf(this, stage)
    this.role = new Role(this, 'Role', {
      assumedBy: new ArnPrincipal(api.roleArn),
      description: 'Watching one device, narrowed by the session policy',
      maxSessionDuration: Duration.hours(1),
    })
    const wildcard = 'the session policy of each visit names the one device'
    allow(
      this.role,
      {
        sid: 'Connect',
        actions: ['iot:Connect'],
        resources: [iot.client(liveClientId(stage, '*', '*'))],
        wildcard,
      },
      { sid: 'Subscribe', actions: ['iot:Subscribe'], resources: [iot.liveFilter], wildcard },
      { sid: 'Receive', actions: ['iot:Receive'], resources: [iot.live], wildcard },
    )
  }
}
