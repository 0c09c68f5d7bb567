import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkMqttFields, toMqttFields, type MqttOptions } from '../../mqtt/options.ts'

/**
 * Stores the broker that was set at run time, with its password. Like the admin key, only the owner of the data folder can read it.
 */
const fileIn = (dataDir: string): string => join(dataDir, 'mqtt.json')

/** Null if no broker is set. An unusable file must not prevent the start, so it returns a sentence about the problem. */
export function readMqttFile(dataDir: string): MqttOptions | null | { readonly problem: string } {
  const file = fileIn(dataDir)
  if (!existsSync(file)) return null
  const unusable = (why: string) => ({ problem: `${file} cannot be used: ${why}. Set the broker again.` })
  try {
    const checked = checkMqttFields(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)
    return 'problem' in checked ? unusable(`${checked.field} ${checked.problem}`) : checked
  } catch (error) {
    // The message of a syntax error quotes the file, and possibly the password.
    return unusable(
      error instanceof SyntaxError || !(error instanceof Error) ? 'it is not JSON' : error.message,
    )
  }
}

export function writeMqttFile(dataDir: string, options: MqttOptions): void {
  const temporary = `${fileIn(dataDir)}.new`
  // The mode is only applied to a new file.
  rmSync(temporary, { force: true })
  writeFileSync(temporary, `${JSON.stringify(toMqttFields(options), null, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, fileIn(dataDir))
}

export const removeMqttFile = (dataDir: string): void => rmSync(fileIn(dataDir), { force: true })
