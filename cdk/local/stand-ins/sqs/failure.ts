/** An error that is an answer to the client. */
export class SqsFailure extends Error {
  readonly type: string
  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

/** SQS's error for a missing or invalid parameter. */
export const wrong = (message: string): SqsFailure => new SqsFailure('InvalidParameterValue', message)
