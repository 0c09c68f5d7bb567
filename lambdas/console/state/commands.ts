import { signal } from '@preact/signals'
import { answerOf } from '../api/client.ts'
import type { CatalogueAnswer, CommandAnswer, ConfirmationAnswer, Order } from '../api/types.ts'
import { inWords } from '../parts/command-words.ts'
import { api } from './session.ts'
import { createGuard } from './guard.ts'

/** Number of the newest commands that are shown among the rows. */
const LISTED = 50
const OPEN_EVERY_MS = 700
const LIST_EVERY_MS = 10_000

export type Commands = ReturnType<typeof createCommands>

/** The commands of a device with their state and verdict. */
export function createCommands(deviceId: string) {
  const all = signal<readonly CommandAnswer[]>([])
  const catalogue = signal<CatalogueAnswer | null>(null)
  const { trouble, guard } = createGuard()
  const params = { path: { deviceId } }
  const paramsOf = (commandId: string) => ({ path: { deviceId, commandId } })

  const put = (command: CommandAnswer): void => {
    const others = all.peek().filter(({ commandId }) => commandId !== command.commandId)
    all.value = [...others, command].toSorted((a, b) => (a.commandId < b.commandId ? -1 : 1))
  }
  const read = async (commandId: string): Promise<void> =>
    put(
      await answerOf(api.GET('/v1/devices/{deviceId}/commands/{commandId}', { params: paramsOf(commandId) })),
    )

  /** Lists new commands of any sender, and reads the timelines of open commands. */
  const list = async (): Promise<void> => {
    const page = await answerOf(
      api.GET('/v1/devices/{deviceId}/commands', { params: { ...params, query: { limit: LISTED } } }),
    )
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
    const read = await inWords(await answerOf(api.GET('/v1/devices/{deviceId}/catalogue', { params })))
    catalogue.value = read
    return read
  }

  const repeat = (work: () => Promise<void>): (() => void) => {
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const loop = async (): Promise<void> => {
      if (!document.hidden) await guard(work)
      if (!isOver) timer = setTimeout(() => void loop(), OPEN_EVERY_MS)
    }
    void loop()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }

  return {
    deviceId,
    all,
    catalogue,
    trouble,
    readCatalogue,
    /** Sends an order; for a dangerous one, returns what must be confirmed. Throws `Refusal`. */
    send: async (order: Order): Promise<ConfirmationAnswer | null> => {
      const answer = await answerOf(api.POST('/v1/devices/{deviceId}/commands', { params, body: order }))
      if (answer.state === 'to-confirm') return answer.confirmation
      put(answer)
      return null
    },
    confirm: async ({ token }: ConfirmationAnswer): Promise<void> =>
      put(await answerOf(api.POST('/v1/devices/{deviceId}/commands/confirm', { params, body: { token } }))),
    cancel: (commandId: string): Promise<void> =>
      guard(async () => {
        await api.DELETE('/v1/devices/{deviceId}/commands/{commandId}', { params: paramsOf(commandId) })
        await read(commandId)
      }),
    /** Follows all commands while the page is open; returns a function that stops it. */
    watch: (): (() => void) => {
      let listAt = 0
      return repeat(async () => {
        if (catalogue.peek() === null) await readCatalogue()
        if (Date.now() >= listAt) {
          await list()
          listAt = Date.now() + LIST_EVERY_MS
        } else await readOpen()
      })
    },
    /** Follows one command; returns a function that stops it. */
    watchOne: (commandId: string): (() => void) =>
      repeat(() => (all.peek().length === 0 ? read(commandId) : readOpen())),
  }
}
