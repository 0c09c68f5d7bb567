import createFetchClient, { type Client } from 'openapi-fetch'
import type { paths } from '../../api/openapi-types.ts'
import { toDayAndClock } from '../parts/format.ts'
import { correctClock } from '../state/clock.ts'
import { choice } from '../text/choice.ts'
import { inOwnLanguage, loadSentences } from '../text/sentences.ts'
import { t } from '../text/text.ts'
import { wordOf } from '../text/word.ts'

/** An error response of the API with its own text (RFC 9457). */
export class Refusal extends Error {
  readonly status: number
  readonly problem: Readonly<Record<string, unknown>>

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    super(textOf(status, problem))
    this.status = status
    this.problem = problem
  }
}

/** The API's details are in English: other languages have their own title, and after it their own detail for some problem types. */
function textOf(status: number, problem: Readonly<Record<string, unknown>>): string {
  const { type, title, detail } = problem
  const text = [detail, title].find((one) => typeof one === 'string') ?? t.problems.apiAnswered(status)
  const name = String(type).replace('urn:h02:problem:', '')
  if (choice.language === 'en' || !Object.hasOwn(t.problems.titles, name)) return text
  return `${wordOf(t.problems.titles, name)}: ${detailOf(name, problem) ?? text}`
}

/** Null where the language has none, or the problem lacks a member that it names. */
function detailOf(name: string, problem: Readonly<Record<string, unknown>>): string | null {
  const detail = t.problems.details[name]
  if (detail === undefined) return null
  const names = [...detail.matchAll(/\{(\w+)\}/g)].map(([, member]) => member!)
  if (names.some((member) => problem[member] === undefined)) return null
  return detail.replaceAll(/\{(\w+)\}/g, (_, member: string) => valueText(member, problem[member]))
}

const valueText = (member: string, value: unknown): string =>
  member === 'until' ? toDayAndClock(Date.parse(String(value))) : String(value)

export type Api = Client<paths, 'application/json'>

export type Send = (request: Request) => Promise<Response>

/** Sends requests with the key. Throws a `Refusal` if this server refuses. */
export const createSend =
  (token: () => string | null, onUnauthorized: () => void): Send =>
  async (request) => {
    const bearer = token()
    if (bearer !== null) request.headers.set('authorization', `Bearer ${bearer}`)
    const answer = await reach(request)
    correctClock(answer.headers.get('date'))
    if (answer.ok) return answer
    if (answer.status === 401) onUnauthorized()
    await loadSentences()
    throw new Refusal(answer.status, problemInOwnLanguage(await readProblem(answer)))
  }

/** Each browser has its own words for a server that does not answer, in English. */
async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (cause) {
    throw cause instanceof TypeError ? new Error(t.problems.notReached, { cause }) : cause
  }
}

/** A typed client of the API. */
export const createApi = (send: Send): Api =>
  createFetchClient<paths, 'application/json'>({ baseUrl: location.origin, fetch: send })

/** The data of a response; an error response has thrown before. */
export const answerOf = async <Data>(sent: Promise<{ readonly data?: Data }>): Promise<Data> =>
  (await sent).data as Data

type Fault = { readonly name: string; readonly detail: string }

function problemInOwnLanguage(problem: Record<string, unknown>): Record<string, unknown> {
  const { detail, errors } = problem
  if (Array.isArray(errors)) {
    const faults = (errors as Fault[]).map((fault) => ({ ...fault, detail: inOwnLanguage(fault.detail) }))
    const details = faults.map(({ name, detail: text }) => (name === '' ? text : `${name}: ${text}`))
    return { ...problem, errors: faults, detail: choice.language === 'en' ? detail : details.join('; ') }
  }
  return typeof detail === 'string' ? { ...problem, detail: inOwnLanguage(detail) } : problem
}

async function readProblem(answer: Response): Promise<Record<string, unknown>> {
  const text = await answer.text()
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // The response comes from a proxy between us and the API.
    return { title: t.problems.serverAnswered(answer.status), detail: text.slice(0, 200) || undefined }
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
