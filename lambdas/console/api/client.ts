import createFetchClient, { type Client } from 'openapi-fetch'
import type { paths } from '../../api/openapi-types.ts'

/** A refusal of the API, in its own words (RFC 9457). */
export class Refusal extends Error {
  readonly status: number
  readonly problem: Readonly<Record<string, unknown>>

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    super(
      [problem.detail, problem.title].find((text) => typeof text === 'string') ??
        `the API answered ${status}`,
    )
    this.status = status
    this.problem = problem
  }
}

export type Api = Client<paths, 'application/json'>

/** A typed client of the API. Throws a `Refusal` if the API refuses. */
export const createApi = (token: () => string | null, onUnauthorized: () => void): Api =>
  createFetchClient<paths, 'application/json'>({
    baseUrl: location.origin,
    fetch: async (request) => {
      const bearer = token()
      if (bearer !== null) request.headers.set('authorization', `Bearer ${bearer}`)
      const answer = await fetch(request)
      if (answer.ok) return answer
      if (answer.status === 401) onUnauthorized()
      throw new Refusal(answer.status, await readProblem(answer))
    },
  })

/** The data of an answer; a refusal has thrown before. */
export const answerOf = async <Data>(sent: Promise<{ readonly data?: Data }>): Promise<Data> =>
  (await sent).data as Data

async function readProblem(answer: Response): Promise<Record<string, unknown>> {
  const text = await answer.text()
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // The answer is from something between us and the API.
    return { title: `the server answered ${answer.status}`, detail: text.slice(0, 200) || undefined }
  }
}

type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

/** All items of a paged list; `onPage` is called for each page. */
export async function readAll<Item>(
  readPage: (cursor: string | undefined) => Promise<Page<Item>>,
  { onPage, maxItems = Infinity }: { onPage?: (items: readonly Item[]) => void; maxItems?: number } = {},
): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const page = await readPage(cursor)
    items.push(...page.items)
    onPage?.(items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && items.length < maxItems)
  return items
}
