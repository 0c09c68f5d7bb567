import db, { type Failure } from 'dynalite/db/index.js'

/** An error that is an answer for the client. */
export class RequestFailure extends Error {
  readonly body: Readonly<Record<string, unknown>>
  constructor(body: Readonly<Record<string, unknown>>) {
    super(String(body.message ?? body.Message))
    this.body = body
  }
}

export const failure = (type: string, message: string, more: object = {}): RequestFailure =>
  new RequestFailure({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, ...more })

export const invalid = (message: string): RequestFailure =>
  new RequestFailure(db.validationError(message).body!)

/** Converts dynalite's answers for a client; any other error is a bug and stays as it is. */
export const toFailure = (error: unknown): unknown => {
  const { body } = (error ?? {}) as Failure
  return body && !(error instanceof RequestFailure) ? new RequestFailure(body) : error
}
