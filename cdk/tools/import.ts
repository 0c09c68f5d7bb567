import { print, printError } from '../print.ts'
import { openApi } from './api-client.ts'
import { HELP, readImport } from './import/options.ts'
import { runImport } from './import/run.ts'
import { explain, openTarget } from './target.ts'

const action = readImport(process.argv.slice(2))
switch (action.kind) {
  case 'help':
    print(HELP)
    break
  case 'problem':
    printError(`${action.problem}\n\n${HELP}`)
    process.exitCode = 2
    break
  case 'import':
    try {
      const parts = { api: openApi(action), target: openTarget(action), say: print }
      process.exitCode = await runImport(action, parts)
    } catch (error) {
      printError(explain(error))
      process.exitCode = 2
    }
}
