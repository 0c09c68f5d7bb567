import { print } from '../print.ts'
import { openApi } from './api-client.ts'
import { HELP, readImport } from './import/options.ts'
import { runImport } from './import/run.ts'
import { runTool } from './run-tool.ts'
import { openTarget } from './target.ts'

await runTool(HELP, readImport(process.argv.slice(2)), (action) =>
  runImport(action, { api: openApi(action), target: openTarget(action), say: print }),
)
