import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import { allow } from './allow.ts'

/** Calls a function each minute. A call that fails is not repeated: the next minute's does all that it missed. */
export class EachMinute extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { target, description }: { readonly target: IFunction; readonly description: string },
  ) {
    super(scope, id)
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') })
    allow(role, { sid: 'Call', actions: ['lambda:InvokeFunction'], resources: [target.functionArn] })
    new CfnSchedule(this, 'Schedule', {
      description,
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    }).node.addDependency(role)
  }
}
