import { format } from 'node:util'
import { escapeUnsafe } from '../lambdas/shared/unsafe-text.ts'

/**
 * Prints a line for people. Names, replies and errors may contain text from others: characters that move the cursor,
 * change colors or reorder text are printed as `\uXXXX`.
 */
export const print = (...values: readonly unknown[]): void => console.log(escapeUnsafe(format(...values)))

/** The same on stderr. */
export const printError = (...values: readonly unknown[]): void =>
  console.error(escapeUnsafe(format(...values)))
