import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** `npm run bench <name> [args]` runs `run(args)` of `<name>.ts` here; exit code 1 when a bar is missed. */
type Bench = { readonly run: (args: readonly string[]) => Promise<boolean | void> | boolean | void }

const here = new URL('.', import.meta.url)

const benches = (): string[] =>
  readdirSync(here)
    .filter(
      (file) =>
        file.endsWith('.ts') &&
        /^export (const|async function|function) run\b/m.test(readFileSync(new URL(file, here), 'utf8')),
    )
    .map((file) => file.slice(0, -3))

const main = async ([name, ...args]: readonly string[]): Promise<number> => {
  const url = new URL(`${name}.ts`, here)
  if (name === undefined || !/^[a-z0-9-]+$/.test(name) || !existsSync(url)) {
    console.error(`usage: npm run bench <${benches().join('|')}>`)
    return 2
  }
  const machine = cpus()
  console.log(`${machine[0]?.model ?? 'unknown cpu'} × ${machine.length}, node ${process.version}`)
  const { run } = (await import(url.href)) as Bench
  return (await run(args)) === false ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
