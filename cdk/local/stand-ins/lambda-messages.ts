/** What goes between a function's pool and its workers. Events and results travel as JSON, as on AWS. */
export type Start = {
  readonly file: string
  readonly handler: string
  readonly name: string
  readonly memoryMb: number
  /** Folder where compiled code is kept between two starts, or null. */
  readonly compileCache: string | null
}
export type ToWorker = { readonly event: string; readonly requestId: string; readonly deadline: number }
export type LambdaError = { readonly name: string; readonly message: string; readonly stack: string }
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly error: LambdaError }
  | {
      readonly kind: 'result'
      readonly requestId: string
      readonly json: string
      /** Of a result whose body streams. */
      readonly body?: ReadableStream<Uint8Array>
    }
  | { readonly kind: 'error'; readonly requestId: string; readonly error: LambdaError }
