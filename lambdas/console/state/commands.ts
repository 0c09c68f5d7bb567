import { signal } from '@preact/signals'
import type {
  CatalogueAnswer,
  CommandAnswer,
  CommandSummaryAnswer,
  ConfirmationAnswer,
} from '../api/types.ts'
import { client } from './session.ts'
import { createGuard } from './guard.ts'

export type Order = {
  readonly intent?: string
  readonly params?: Readonly<Record<string, string | number>>
  readonly raw?: string
  readonly dialect?: string
  readonly confirm?: boolean
  readonly queue?: boolean
  readonly replace?: boolean
}

/** Commands shown among the rows: those of the last days. */
const LISTED = 50
const OPEN_EVERY_MS = 700
const LIST_EVERY_MS = 10_000

export type Commands = ReturnType<typeof createCommands>

/** The commands of a device: what was sent, how far it is, how it ended. */
export function createCommands(deviceId: string) {
  const all = signal<readonly CommandAnswer[]>([])
  const catalogue = signal<CatalogueAnswer | null>(null)
  const { trouble, guard } = createGuard()
  const path = `/v1/devices/${deviceId}/commands`

  const put = (command: CommandAnswer): void => {
    const others = all.peek().filter(({ commandId }) => commandId !== command.commandId)
    all.value = [...others, command].toSorted((a, b) => (a.commandId < b.commandId ? -1 : 1))
  }
  const read = async (commandId: string): Promise<void> =>
    put(await client.get<CommandAnswer>(`${path}/${commandId}`))

  /** New ones, whoever sent them; their timelines are read as long as they are open. */
  const list = async (): Promise<void> => {
    const page = await client.get<{ items: CommandSummaryAnswer[] }>(path, { query: { limit: LISTED } })
    const known = new Map(all.peek().map((command) => [command.commandId, command]))
    for (const { commandId, state, verdict, waitingFor } of page.items) {
      const mine = known.get(commandId)
      const isSame = mine?.state === state && mine.verdict === verdict
      if (!isSame || mine.waitingFor?.until !== waitingFor?.until) await read(commandId)
    }
  }
  const readOpen = async (): Promise<void> => {
    for (const { commandId, state } of all.peek()) if (state !== 'concluded') await read(commandId)
  }
  const readCatalogue = async (): Promise<CatalogueAnswer> => {
    const read = await client.get<CatalogueAnswer>(`/v1/devices/${deviceId}/catalogue`)
    catalogue.value = read
    return read
  }

  return {
    deviceId,
    all,
    catalogue,
    trouble,
    readCatalogue,
    /** Sends; a dangerous one answers with what is to be confirmed. Throws `Refusal`. */
    send: async (order: Order): Promise<ConfirmationAnswer | null> => {
      const answer = await client.send<CommandAnswer | { confirmation: ConfirmationAnswer }>(
        'POST',
        path,
        order,
      )
      if ('confirmation' in answer) return answer.confirmation
      put(answer)
      return null
    },
    confirm: async ({ token }: ConfirmationAnswer): Promise<void> =>
      put(await client.send<CommandAnswer>('POST', `${path}/confirm`, { token })),
    cancel: (commandId: string): Promise<void> =>
      guard(async () => {
        await client.send('DELETE', `${path}/${commandId}`)
        await read(commandId)
      }),
    /** Follows commands while the page is open; returns the end of it. */
    watch: (): (() => void) => {
      let isOver = false
      let timer: ReturnType<typeof setTimeout> | undefined
      let listAt = 0
      const loop = async (): Promise<void> => {
        if (!document.hidden) {
          await guard(async () => {
            if (catalogue.peek() === null) await readCatalogue()
            if (Date.now() >= listAt) {
              await list()
              listAt = Date.now() + LIST_EVERY_MS
            } else await readOpen()
          })
        }
        if (!isOver) timer = setTimeout(() => void loop(), OPEN_EVERY_MS)
      }
      void loop()
      return () => {
        isOver = true
        clearTimeout(timer)
      }
    },
  }
}
