import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { commandsTable } from '#h02/catalogue/index.ts'
import { print } from '../print.ts'
import { withCommandsTable } from './commands-section.ts'

const help = `npm run -s catalogue [-- --write]

Prints the table of commands as Markdown.
  --write   put it into README.md, between its markers, instead`

const { values } = parseArgs({
  options: { write: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
})
const readme = new URL('../../README.md', import.meta.url)

if (values.help) print(help)
else if (values.write) writeFileSync(readme, withCommandsTable(readFileSync(readme, 'utf8'), commandsTable()))
else print(commandsTable())
