import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'

/** The result of a conditional write. False: its condition does not hold, so nothing was written. Other errors throw. */
export async function conditionHolds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
