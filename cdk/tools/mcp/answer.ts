import type { components } from '../../../lambdas/api/openapi-types.ts'

type Problem = components['schemas']['Problem']
type Sent<Data> = { readonly data?: Data; readonly error?: unknown; readonly response: Response }

/** The answer of a tool: data as JSON, or a refusal with a sentence that says what would work. */
type Answer = {
  readonly content: { readonly type: 'text'; readonly text: string }[]
  readonly isError?: true
}

const answer = (data: unknown): Answer => ({
  content: [{ type: 'text', text: JSON.stringify(data, null, 1) }],
})

/** A refusal that the assistant can read and act on, as opposed to a failure of this program. */
class Refusal extends Error {}

export const refuse = (...sentences: readonly string[]): never => {
  throw new Refusal(sentences.join(' '))
}

/** Returns the data of the API's answer. A refusal of the API becomes a refusal of the tool. */
export async function dataOf<Data>(sent: Promise<Sent<Data>>): Promise<Data> {
  const { data, error, response } = await sent
  if (response.ok) return data as Data
  const problem =
    typeof error === 'object' && error !== null ? (error as Problem & { requiredScope?: string }) : null
  if (problem === null) return refuse(`The API answered ${response.status} with something that is not JSON.`)
  const what = `${problem.title}: ${problem.detail}`
  if (response.status === 401)
    return refuse(
      what,
      'The key of this MCP server is not accepted; only the person who runs it can change that.',
    )
  if (response.status === 403)
    return refuse(
      what,
      `The key of this MCP server lacks ${problem.requiredScope === undefined ? 'a scope' : `the scope ${problem.requiredScope}`}; the person who runs it can give it another key. Do not retry.`,
    )
  if (response.status === 404)
    return refuse(what, 'list_devices shows the devices that this key can see. Ids are digits, as text.')
  if (response.status === 429 || response.status >= 500) return refuse(what, 'Try again in a minute.')
  return refuse(what)
}

/** Runs a tool. A failure becomes an answer too, so that the assistant can read it. */
export async function answering(work: () => Promise<unknown>): Promise<Answer> {
  try {
    return answer(await work())
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { content: [{ type: 'text', text }], isError: true }
  }
}
