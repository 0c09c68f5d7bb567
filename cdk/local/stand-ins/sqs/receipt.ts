/** The message that a receipt belongs to. Receipts are opaque to clients. */
export type Receipt = { readonly number: number; readonly receives: number }

export const toReceipt = ({ number, receives }: Receipt): string =>
  Buffer.from(JSON.stringify([number, receives])).toString('base64')

/** Null if it is not a receipt of this server. */
export function readReceipt(text: unknown): Receipt | null {
  try {
    const [number, receives] = JSON.parse(Buffer.from(String(text), 'base64').toString()) as unknown[]
    return typeof number === 'number' && typeof receives === 'number' ? { number, receives } : null
  } catch {
    return null
  }
}
