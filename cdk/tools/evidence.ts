import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'
import { accepted, API_HELP, apiOptions, openApi, type ApiClient } from './api-client.ts'
import { evidenceMarkdown, evidenceText, type EvidenceRow } from './evidence-table.ts'

const HELP = `npm run -s evidence [-- options]     which commands each firmware answered and carried out on an installation

  --markdown            as a table in Markdown: firmware, intent, dialect, answered, took effect
${API_HELP}`

const { values } = readArgs(HELP, {
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

async function readEvidence(api: ApiClient): Promise<EvidenceRow[]> {
  const families = await accepted(api.GET('/v1/evidence'))
  const items: EvidenceRow[] = []
  for (const model of families.kind === 'models' ? families.models : []) {
    const page = await accepted(api.GET('/v1/evidence', { params: { query: { model } } }))
    if (page.kind === 'model') items.push(...page.items)
  }
  return items
}
