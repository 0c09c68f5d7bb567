import { text } from 'node:stream/consumers'
import { print, printError } from '../print.ts'
import { readArgs } from '../read-args.ts'
import { maskLog } from './mask-log/mask-log.ts'

const HELP = `npm run -s mask < tracker.log > masked.log     a log that you can show to others

Reads any text that holds frames of trackers, as text (*HQ,…#) or in hex, and prints it with
  ids         replaced; the same id always gets the same replacement
  places      moved, all by one offset that is random for each run and not stored
              what may be a place, but may be something else too, becomes ****
  SIM, cells  and Wi-Fi addresses replaced by others of the same form, IP addresses by 192.0.2.1
              or 2001:db8::1
  secrets     (passwords, phone numbers, access points) as ****
Times, speeds, status words, the country and network of cells, and everything that no pattern matches stay unchanged.
Read the result before you publish it.`

const { values } = readArgs(HELP, { options: { help: { type: 'boolean', short: 'h' } } })
if (values.help) print(HELP)
else if (process.stdin.isTTY) {
  printError(HELP)
  process.exitCode = 2
} else {
  const masked = maskLog(await text(process.stdin))
  process.stdout.write(masked.text)
  printError(
    `${masked.ids} ids replaced, ${masked.places} places moved. Read the result once before you publish it.`,
  )
  if (masked.unreadTails.length > 0) {
    printError(
      `Binary records of ${masked.unreadTails.join(', ')} bytes have an end that we cannot read: it stays as it is, and may name cells.`,
    )
  }
}
