/** Headers of an answer whose body is passed on while it is written, and never held as a whole. */
export const streamed = { 'transfer-encoding': 'chunked' } as const

export const isStreamed = ({ headers }: Response): boolean =>
  headers.get('transfer-encoding') === streamed['transfer-encoding']
