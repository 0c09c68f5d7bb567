/** An error that is an answer to the client. */
export class SqsFailure extends Error {
  readonly type: string
  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

/** A parameter that is missing or wrong, as SQS names it. */
export const wrong = (message: string): SqsFailure => new SqsFailure('InvalidParameterValue', message)
