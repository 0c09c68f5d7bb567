// A function for the tests: does what the event says.
let calls = 0
const started = process.env.STARTED_WITH
console.log('cold start')
export const handler = async (event, context) => {
  calls++
  if (event.print) console.log(event.print)
  if (event.throw) throw Object.assign(new TypeError(event.throw), { extra: 1 })
  if (event.exit) process.exit(3)
  if (event.crash)
    setTimeout(() => {
      throw new Error('out of nowhere')
    })
  if (event.hang) while (true);
  if (event.crash || event.never) await new Promise(() => setInterval(() => {}, 1000))
  if (event.waitFor) await fetch(event.waitFor).then((response) => response.text())
  if (event.long) return { text: 'x'.repeat(event.long) }
  return {
    calls,
    ...(event.echo !== undefined && { echo: event.echo }),
    started,
    env: process.env,
    remaining: context.getRemainingTimeInMillis(),
    name: context.functionName,
    date: new Date(0),
    gone: undefined,
  }
}
export const other = () => 'the other one'
export const nothing = () => {}
