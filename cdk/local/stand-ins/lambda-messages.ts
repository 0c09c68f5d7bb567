/** Messages between a function's pool and its workers. Events and results are JSON, as on AWS. */
export type Start = {
  readonly file: string
  readonly handler: string
  readonly name: string
  readonly memoryMb: number
  /** Folder in which compiled code is cached between two starts; null: no cache. */
  readonly compileCache: string | null
}
export type ToWorker =
  | { readonly kind: 'run'; readonly event: string; readonly requestId: string; readonly deadline: number }
  | { readonly kind: 'end' }
export type LambdaError = { readonly name: string; readonly message: string; readonly stack: string }
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly error: LambdaError }
  | {
      readonly kind: 'result'
      readonly requestId: string
      readonly json: string
      /** Present if the body is streamed. */
      readonly body?: ReadableStream<Uint8Array>
    }
  | { readonly kind: 'error'; readonly requestId: string; readonly error: LambdaError }
