/** Rises with every change of what `decode` makes of a frame: answers that hold decoded values name it. */
export const DECODER_VERSION = '2'
