import { RemovalPolicy } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { AwsCustomResource, PhysicalResourceId } from 'aws-cdk-lib/custom-resources'
import { Construct } from 'constructs'
import { allow } from '../helpers/allow.ts'

/** The account's host name of IoT Core, read at deployment: CloudFormation has no attribute for it. */
export class IotEndpoint extends Construct {
  /** Without a scheme. */
  readonly host: string

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    allow(
      role,
      {
        sid: 'WriteLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      },
      {
        sid: 'Describe',
        actions: ['iot:DescribeEndpoint'],
        resources: ['*'],
        wildcard: 'the action is about the account and knows no resources',
      },
    )
    const asked = new AwsCustomResource(this, 'Describe', {
      resourceType: 'Custom::IotEndpoint',
      onUpdate: {
        service: 'IoT',
        action: 'describeEndpoint',
        // The default type has a certificate of an authority that is no longer trusted.
        parameters: { endpointType: 'iot:Data-ATS' },
        physicalResourceId: PhysicalResourceId.of('iot:Data-ATS'),
      },
      role,
      installLatestAwsSdk: false,
      logGroup,
    })
    asked.node.addDependency(role)
    this.host = asked.getResponseField('endpointAddress')
  }
}
