import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'

/** The result of a conditional write. Null: its condition does not hold, so nothing was written. Other errors throw. */
export async function conditionalResult<Result>(write: Promise<Result>): Promise<Result | null> {
  try {
    return await write
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return null
    throw error
  }
}

/** Whether a conditional write was done. */
export const conditionHolds = async (write: Promise<unknown>): Promise<boolean> =>
  (await conditionalResult(write)) !== null
