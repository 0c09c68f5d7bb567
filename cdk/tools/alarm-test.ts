import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'

const HELP = `npm run alarm-test -- --stage prod [--alarm "API errors"] [--print]     tests whether alarms notify people

Puts an alarm of the stack into the state ALARM for a moment: whoever is subscribed gets a mail, or a page. CloudWatch
itself sets it back within minutes, and notifies again. Prints the call; runs it with the credentials of your shell.

  --alarm TITLE     the section of the runbook; "API errors" by default
  --print           only print the call`

const { values } = readArgs(HELP, {
  options: {
    stage: { type: 'string' },
    alarm: { type: 'string', default: 'API errors' },
    print: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
if (values.help || values.stage === undefined) {
  print(HELP)
  process.exit(values.help ? 0 : 2)
}
const call = {
  AlarmName: `h02-${values.stage}: ${values.alarm}`,
  StateValue: 'ALARM' as const,
  StateReason: 'Test of the way from the alarm to people. Nothing is wrong.',
}
print(
  `aws cloudwatch set-alarm-state --alarm-name '${call.AlarmName}' --state-value ALARM --state-reason '${call.StateReason}'`,
)
if (values.print) process.exit()
try {
  await new CloudWatchClient().send(new SetAlarmStateCommand(call))
  print(
    'Done. The mail or page should arrive within two minutes; if it does not, see "Alarms reach people" in OPERATIONS.md.',
  )
} catch (error) {
  printError(`Not run: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
