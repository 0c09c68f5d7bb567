import { parseArgs } from 'node:util'
import type { EvidenceRowAnswer } from '../../lambdas/api/commands/evidence.ts'
import { print, printError } from '../print.ts'
import { API_HELP, apiOptions, openApi, type ApiClient } from './api-client.ts'
import { evidenceMarkdown, evidenceText } from './evidence-table.ts'

const HELP = `npm run -s evidence [-- options]     what each firmware answered and did, as counted on an installation

  --markdown            as a table in Markdown: firmware, intent, dialect, answered, took effect
${API_HELP}`

const { values } = parseArgs({
  options: {
    ...apiOptions,
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
})
if (values.help) {
  print(HELP)
  process.exit(0)
}
try {
  const items = await readEvidence(openApi(values))
  if (values.markdown) print(evidenceMarkdown(items))
  else if (items.length > 0) print(evidenceText(items))
  else printError('Nothing is counted yet: send commands, or probe a device.')
} catch (error) {
  printError(error instanceof Error ? error.message : String(error))
  process.exit(1)
}

async function readEvidence(api: ApiClient): Promise<EvidenceRowAnswer[]> {
  const ask = async (path: string): Promise<Readonly<Record<string, unknown>>> => {
    const { status, body } = await api.call('GET', path)
    if (status !== 200) throw new Error(`${api.url}${path} answered ${status}: ${String(body['detail'])}`)
    return body
  }
  const { models } = await ask('/v1/evidence')
  const items: EvidenceRowAnswer[] = []
  for (const model of models as string[]) {
    const page = await ask(`/v1/evidence?model=${encodeURIComponent(model)}`)
    items.push(...(page['items'] as EvidenceRowAnswer[]))
  }
  return items
}
