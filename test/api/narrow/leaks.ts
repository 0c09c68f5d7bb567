/** The marks that identify a device in an answer. */
export type Identifying = {
  readonly deviceId: string
  /** Texts that only occur in answers about this device: its name, its position, its firmware … */
  readonly marks: readonly string[]
}

export type WalkAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** The whole text of an answer, with cursors and other encoded texts decoded. */
function readAll({ status, headers, text }: WalkAnswer): string {
  const plain = [String(status), JSON.stringify(headers), text].join('\n')
  const encoded = plain.match(/[\w+/%=-]{12,}/g) ?? []
  const decoded = encoded.flatMap((part) => [
    Buffer.from(part, 'base64url').toString('latin1'),
    ...(/^[0-9a-f]+$/i.test(part) ? [Buffer.from(part, 'hex').toString('latin1')] : []),
  ])
  return [plain, ...decoded].join('\n')
}

/** Marks in an answer of devices that the caller may not see, except those that the request contained. */
export function findLeaks(answer: WalkAnswer, request: string, hidden: readonly Identifying[]): string[] {
  const all = readAll(answer)
  return hidden.flatMap(({ deviceId, marks }) =>
    [deviceId, ...marks].filter((mark) => all.includes(mark) && !request.includes(mark)),
  )
}
