import { brokerOf, MQTT_HELP, mqttOptionTypes, readMqttOptions } from '../mqtt/options.ts'
import { runBridge } from '../mqtt/run-bridge.ts'
import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'
import { API_HELP, apiOptions, openApi } from './api-client.ts'

const HELP = `npm run -s mqtt -- --mqtt URL [options]     publishes devices to an MQTT broker, and sends its commands

  npm run -s mqtt -- --mqtt mqtt://user:pass@192.168.1.2
  npm run -s mqtt -- --mqtt mqtt://192.168.1.2 --url https://api.example.com --key KEY --mqtt-commands none

Embedded mode has it built in (npm start -- --mqtt URL); this is for another API, such as a stack on AWS.

${MQTT_HELP}
${API_HELP}
  --help

The URL of the broker may also be in MQTT_URL. With an admin key it makes a key of its own with the scopes read and
command, and deletes that key when it ends.`

const fail = (text: string): void => {
  printError(text)
  process.exitCode = 2
}

function run(args: string[]): void {
  const { values } = readArgs(HELP, {
    args,
    options: { ...apiOptions, ...mqttOptionTypes, help: { type: 'boolean', default: false } },
  })
  if (values.help) return print(HELP)
  const options = readMqttOptions(values, process.env)
  if (options === null) return fail(`--mqtt is missing\n\n${HELP}`)
  if ('problem' in options) return fail(`${options.problem}\n\n${HELP}`)
  const broker = brokerOf(options)
  const bridge = runBridge(openApi(values), new URL('../../', import.meta.url), {
    options,
    onBroker: (problem) =>
      print(
        problem === null ? `Devices are published to ${broker}.` : `${broker} is not connected: ${problem}`,
      ),
    onError: (message, cause) =>
      printError(`${message}: ${cause instanceof Error ? cause.message : String(cause)}`),
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void bridge.close().then(() => process.exit()))
}

try {
  run(process.argv.slice(2))
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}
