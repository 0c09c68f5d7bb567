import { readFileSync, writeFileSync } from 'node:fs'
import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'
import { drawDashboard } from './draw-dashboard.ts'

const HELP = `npm run dashboard -- [options]     draws the dashboard of the synthesized stack, with made-up data

  --template cdk.out/h02-prod.template.json   made by npm run synth
  --out dashboard.html                        a page for any browser
  --help`

const { values } = readArgs(HELP, {
  options: {
    template: { type: 'string', default: 'cdk.out/h02-prod.template.json' },
    out: { type: 'string', default: 'cdk.out/dashboard.html' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) print(HELP)
else {
  try {
    writeFileSync(values.out, drawDashboard(JSON.parse(readFileSync(values.template, 'utf8'))))
    print(`wrote ${values.out}`)
  } catch (error) {
    printError(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
