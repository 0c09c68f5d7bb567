/** Headers of a streamed answer, whose body is never in memory as a whole. */
export const streamed = { 'transfer-encoding': 'chunked' } as const

export const isStreamed = ({ headers }: Response): boolean =>
  headers.get('transfer-encoding') === streamed['transfer-encoding']
