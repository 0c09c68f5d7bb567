import db, { type Failure, type Store, type TableRow } from 'dynalite/db/index.js'

/** An error that is an answer to the client. */
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

/** What dynalite answers to a client stays an answer; anything else is a bug and stays one. */
export const toFailure = (error: Failure): Error =>
  error.body && !(error instanceof RequestFailure) ? new RequestFailure(error.body) : error

export const findTable = (store: Store, name: string): Promise<TableRow> =>
  new Promise((resolve, reject) => {
    store.getTable(name, true, (error, table) => (error ? reject(toFailure(error)) : resolve(table!)))
  })
