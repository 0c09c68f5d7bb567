/** Increased with every change of what `decode` returns. Answers with decoded values contain it. */
export const DECODER_VERSION = '2'
