/** Registers a part to be closed after everything that is opened later. */
export type OnClose = (close: () => unknown) => void

/** Opens parts one after another. They are closed in the opposite order: by `close`, or when one of them fails to open. */
export async function openInOrder<Opened extends object>(
  open: (onClose: OnClose) => Promise<Opened>,
): Promise<Opened & { readonly close: () => Promise<void> }> {
  const closers: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0).toReversed()) await closeOne()
  }
  try {
    return { ...(await open((closeOne) => void closers.push(closeOne))), close }
  } catch (error) {
    await close()
    throw error
  }
}
