/** A log that prints nothing. */
export const silent = { info: () => {}, warn: () => {}, error: () => {} }
