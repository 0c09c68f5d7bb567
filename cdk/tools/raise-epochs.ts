import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { forEachLimited } from '#shared/concurrency.ts'
import { fleetKeys } from '#shared/domain/device.ts'
import { IS_REGISTERED } from '#shared/store/device-item.ts'
import { walkList, type FleetTable } from '#shared/store/fleet-list.ts'
import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'
import { explain, openTarget } from './target.ts'

const HELP = `npm run raise-epochs -- --table NAME     raises the session counters of a restored fleet table

Each login of a device increases its epoch, and the session with the higher epoch is the newer one. A restored table has
lower epochs: new sessions would look older than those in the history, and last positions would not be updated.
Run it before the stack uses the table. It may be repeated.

  --table NAME          the restored fleet table, with the credentials of your shell
  --help`

/** More logins than any device has had. */
const RAISE = 1_000_000
const IN_FLIGHT = 16

/** Raises the epoch of every registered device; resolves to their number. */
export async function raiseEpochs(fleet: FleetTable): Promise<number> {
  let count = 0
  const deviceIds: string[] = []
  for await (const { listKey } of walkList(fleet, 'devices', { pageSize: 1_000 }))
    deviceIds.push(String(listKey))
  await forEachLimited(deviceIds, IN_FLIGHT, async (deviceId) => {
    try {
      await fleet.client.send(
        new UpdateCommand({
          TableName: fleet.table,
          Key: fleetKeys.device(deviceId),
          UpdateExpression: 'ADD epoch :raise',
          ConditionExpression: IS_REGISTERED,
          ExpressionAttributeValues: { ':raise': RAISE },
        }),
      )
      count += 1
    } catch (error) {
      // Deleted in the meantime.
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  })
  return count
}

if (import.meta.main) {
  const { values } = readArgs(HELP, { options: { table: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help || values.table === undefined) {
    print(HELP)
    process.exit(values.help ? 0 : 2)
  }
  try {
    const { client, table } = openTarget({ data: '', table: values.table })
    print(`${await raiseEpochs({ client, table })} devices: session counters raised`)
  } catch (error) {
    printError(explain(error))
    process.exit(1)
  }
}
