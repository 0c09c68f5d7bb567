import { createDeflateRaw } from 'node:zlib'

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
  if (event.pack)
    setInterval(() => {
      for (let i = 0; i < 50; i++) createDeflateRaw().close()
    })
  if (event.crash || event.never || event.pack) await new Promise(() => setInterval(() => {}, 1000))
  if (event.waitFor) await fetch(event.waitFor).then((response) => response.text())
  if (event.stream) {
    const source = event.stream.values()
    const pull = (controller) => {
      const { value, done } = source.next()
      if (done) controller.close()
      else if (value === 'exit') process.exit(4)
      else if (value === 'fail') controller.error(new Error('no more'))
      else controller.enqueue(new TextEncoder().encode(value))
    }
    return { statusCode: 200, body: new ReadableStream({ pull }) }
  }
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
