import { Annotations, Stack, Validations } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { alarmRules } from './alarm-rules.ts'
import type { AlarmRule } from './rules/rule.ts'
import type { Sources } from './sources.ts'

/** The anchor that GitHub makes from the heading of a runbook section. */
export const anchorOf = (title: string): string => title.toLowerCase().replaceAll(' ', '-')

/** The runbook when `runbookUrl` is not set: in this repository. */
const RUNBOOK_FILE = 'cdk/OPERATIONS.md in the repository, section '

/** The link to an alarm's runbook section, or its name. */
const runbookOf = (runbookUrl: string | null, title: string): string =>
  runbookUrl === null ? `${RUNBOOK_FILE}"${title}"` : `${runbookUrl}#${anchorOf(title)}`

/**
 * Makes the alarms of alarm-rules.ts. Each names its runbook section and notifies the stack's topic and, if set, the
 * team's.
 */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[]

  constructor(scope: Construct, id: string, sources: Sources) {
    super(scope, id)
    const { stage, alarmEmail, alarmTopicArn, runbookUrl } = sources.config
    const topic = new Topic(this, 'Topic', { displayName: `H02 gateway, ${stage}`, enforceSSL: true })
    Validations.of(topic).acknowledge({
      id: 'AwsSolutions-SNS2',
      reason:
        'CloudWatch cannot publish to a topic under the AWS-managed key, and an alarm holds figures of the system only.',
    })
    // A topic policy replaces the default one, and `enforceSSL` makes one that only denies: without this statement
    // CloudWatch could not publish, and no alarm would reach anyone.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LetAlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
    if (alarmEmail !== null) topic.addSubscription(new EmailSubscription(alarmEmail))
    if (alarmEmail === null && alarmTopicArn === null && sources.config.removalPolicy === 'retain') {
      Annotations.of(this).addWarningV2(
        'h02:noAlarmSubscriber',
        `No one receives the alarms of stage ${stage}: set alarmEmail or alarmTopicArn in cdk/stages/${stage}.ts`,
      )
    }
    const actions = [
      new SnsAction(topic),
      ...(alarmTopicArn === null
        ? []
        : [new SnsAction(Topic.fromTopicArn(this, 'TeamTopic', alarmTopicArn))]),
    ]
    const make = (rule: AlarmRule): Alarm => {
      const [datapointsToAlarm, evaluationPeriods] = rule.points
      const alarm = new Alarm(this, rule.id, {
        alarmName: `h02-${stage}: ${rule.title}`,
        alarmDescription: `${rule.meaning} What to do: ${runbookOf(runbookUrl, rule.title)}`,
        metric: rule.metric,
        comparisonOperator:
          rule.comparison === 'below'
            ? ComparisonOperator.LESS_THAN_THRESHOLD
            : ComparisonOperator.GREATER_THAN_THRESHOLD,
        threshold: rule.threshold,
        datapointsToAlarm,
        evaluationPeriods,
        treatMissingData:
          rule.missing === 'bad' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      })
      alarm.addAlarmAction(...actions)
      alarm.addOkAction(...actions)
      return alarm
    }
    this.alarms = alarmRules(sources).map(make)
  }
}
