import { writeFileSync } from 'node:fs'
import { commandsPage } from '#h02/catalogue/index.ts'
import { print } from '../print.ts'
import { readArgs } from '../read-args.ts'

const HELP = `npm run -s catalogue [-- --write]

Prints the list of commands as Markdown.
  --write   write it to lambdas/shared/h02/catalogue/COMMANDS.md instead`

const { values } = readArgs(HELP, {
  options: { write: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
})
const page = new URL('../../lambdas/shared/h02/catalogue/COMMANDS.md', import.meta.url)

if (values.help) print(HELP)
else if (values.write) writeFileSync(page, commandsPage())
else print(commandsPage().trimEnd())
