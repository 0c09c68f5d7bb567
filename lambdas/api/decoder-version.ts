/** Raised whenever the decoder reads a stored frame differently: answers out of history say by which they were read. */
export const decoderVersion = '1'
