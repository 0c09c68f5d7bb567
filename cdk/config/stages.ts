import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, readConfig, type Config } from './config.ts'
import type { StageValues } from './settings.ts'

const stagesFolder = join(import.meta.dirname, '../stages')

export const listStages = (folder = stagesFolder): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted()

/**
 * Settings that protect data. The command line may not weaken the values in the stage's file, because it is not
 * reviewed.
 */
const onlyInFile = [
  { name: 'removalPolicy', weakened: 'destroy' },
  { name: 'deletionProtection', weakened: 'false' },
] as const

/**
 * The configuration of one stage: its file, then `-c name=value`. Context keys with `:` or `@` belong to the CDK and
 * are skipped. Throws ConfigError when the stage is missing or unknown, or a value is not accepted.
 */
export async function readStage(
  context: Readonly<Record<string, unknown>>,
  folder = stagesFolder,
): Promise<Config> {
  const given = Object.fromEntries(Object.entries(context).filter(([name]) => !/[:@]/.test(name)))
  const { stage, ...fromCommandLine } = given
  const stages = listStages(folder)
  const choices = `Stages are ${stages.join(', ')} (files in cdk/stages)`
  if (stage === undefined) {
    throw new ConfigError([`Name the stage: npx cdk deploy -c stage=${stages[0] ?? '…'}. ${choices}`])
  }
  if (typeof stage !== 'string' || !stages.includes(stage)) {
    throw new ConfigError([`There is no stage ${JSON.stringify(stage)}. ${choices}`])
  }
  const { values } = (await import(pathToFileURL(join(folder, `${stage}.ts`)).href)) as {
    values: StageValues
  }
  const inFile = readConfig({ ...values, stage })
  const weakened = onlyInFile.filter(
    ({ name, weakened }) => String(inFile[name]) !== weakened && String(fromCommandLine[name]) === weakened,
  )
  if (weakened.length > 0) {
    throw new ConfigError(
      weakened.map(
        ({ name, weakened }) =>
          `${name}=${weakened} is not accepted on the command line, because stage ${stage} says ${String(inFile[name])}. Change cdk/stages/${stage}.ts, where others can review it`,
      ),
    )
  }
  return readConfig({ ...values, stage }, fromCommandLine)
}
