import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import { allow } from '../helpers/allow.ts'

/** Calls a function at a fixed rate. A failed call is not retried: the next one does its work too. */
export class Every extends Construct {
  constructor(
    scope: Construct,
    id: string,
    {
      target,
      minutes,
      description,
    }: { readonly target: IFunction; readonly minutes: number; readonly description: string },
  ) {
    super(scope, id)
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') })
    allow(role, { sid: 'Call', actions: ['lambda:InvokeFunction'], resources: [target.functionArn] })
    new CfnSchedule(this, 'Schedule', {
      description,
      scheduleExpression: `rate(${minutes} minute${minutes === 1 ? '' : 's'})`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: Math.max(60, minutes * 60) },
      },
    }).node.addDependency(role)
  }
}
