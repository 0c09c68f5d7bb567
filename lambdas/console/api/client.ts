/** What the API refused, in its own words (RFC 9457). */
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

export type Query = Readonly<Record<string, string | number | boolean | undefined>>
export type Options = {
  readonly query?: Query
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export type Client = {
  readonly get: <Answer>(path: string, options?: Options) => Promise<Answer>
  readonly send: <Answer>(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    options?: Options,
  ) => Promise<Answer>
  /** A body as it is, for exports. */
  readonly download: (path: string, options?: Options) => Promise<{ blob: Blob; next: string | null }>
}

/** Answers are typed by the caller: the server validates what it sends against the schema those types come from. */
export function createClient(token: () => string | null, onUnauthorized: () => void): Client {
  const call = async (
    method: string,
    path: string,
    { query = {}, headers = {}, signal }: Options,
    body?: unknown,
  ): Promise<Response> => {
    const url = new URL(path, location.origin)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const bearer = token()
    const answer = await fetch(url, {
      method,
      headers: {
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    if (answer.ok) return answer
    if (answer.status === 401) onUnauthorized()
    throw new Refusal(answer.status, await readProblem(answer))
  }
  const toJson = async <Answer>(answer: Response): Promise<Answer> =>
    (answer.status === 204 ? null : await answer.json()) as Answer

  return {
    get: async (path, options = {}) => toJson(await call('GET', path, options)),
    send: async (method, path, body, options = {}) => toJson(await call(method, path, options, body)),
    download: async (path, options = {}) => {
      const answer = await call('GET', path, options)
      const next = /<([^>]+)>; *rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null
      return { blob: await answer.blob(), next }
    },
  }
}

async function readProblem(answer: Response): Promise<Record<string, unknown>> {
  const text = await answer.text()
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // Something between us and the API answered.
    return { title: `the server answered ${answer.status}`, detail: text.slice(0, 200) || undefined }
  }
}

/** All items of a paged list; `onPage` sees them as they come. `first`: what the first page is asked in another way. */
export async function readAll<Item>(
  client: Client,
  path: string,
  options: Options & {
    readonly onPage?: (items: readonly Item[]) => void
    readonly most?: number
    readonly first?: Query
  } = {},
): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const page = await client.get<{ items: Item[]; nextCursor: string | null }>(path, {
      ...options,
      query: { ...options.query, ...(cursor === undefined && options.first), cursor },
    })
    items.push(...page.items)
    options.onPage?.(items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && items.length < (options.most ?? Infinity))
  return items
}
