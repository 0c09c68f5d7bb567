import { Validations } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { alarmRules, type AlarmRule } from './alarm-rules.ts'
import type { Sources } from './sources.ts'

/** The place in README (GitHub's anchor of a heading) that says what to do. */
export const anchorOf = (title: string): string => title.toLowerCase().replaceAll(' ', '-')

/** The alarms of alarm-rules.ts, each leading to its runbook section, to one topic. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[]

  constructor(scope: Construct, id: string, sources: Sources) {
    super(scope, id)
    const { stage, alarmEmail, runbook } = sources.config
    const topic = new Topic(this, 'Topic', { displayName: `H02 gateway, ${stage}`, enforceSSL: true })
    Validations.of(topic).acknowledge({
      id: 'AwsSolutions-SNS2',
      reason:
        'CloudWatch cannot publish to a topic under the AWS-managed key, and an alarm holds figures of the system only.',
    })
    if (alarmEmail !== null) topic.addSubscription(new EmailSubscription(alarmEmail))
    const make = (rule: AlarmRule): Alarm => {
      const [datapointsToAlarm, evaluationPeriods] = rule.points
      const alarm = new Alarm(this, rule.id, {
        alarmName: `h02-${stage}: ${rule.title}`,
        alarmDescription: `${rule.meaning} What to do: ${runbook}#${anchorOf(rule.title)}`,
        metric: rule.metric,
        comparisonOperator:
          rule.comparison === 'above'
            ? ComparisonOperator.GREATER_THAN_THRESHOLD
            : ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: rule.threshold,
        datapointsToAlarm,
        evaluationPeriods,
        treatMissingData:
          rule.missing === 'bad' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      })
      const action = new SnsAction(topic)
      alarm.addAlarmAction(action)
      alarm.addOkAction(action)
      return alarm
    }
    this.alarms = alarmRules(sources).map(make)
  }
}
