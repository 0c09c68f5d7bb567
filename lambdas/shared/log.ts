type Level = 'info' | 'warn' | 'error'
type Fields = Readonly<Record<string, unknown>>

export type Log = {
  readonly info: (message: string, fields?: Fields) => void
  readonly warn: (message: string, fields?: Fields) => void
  readonly error: (message: string, fields?: Fields) => void
}

/** Errors keep their cause: a log line that only contains "failed" does not help. */
function toField(value: unknown): unknown {
  if (!(value instanceof Error)) return value
  return {
    name: value.name,
    message: value.message,
    stack: value.stack,
    ...(value.cause ? { cause: toField(value.cause) } : {}),
  }
}

/** One JSON line per event on stdout, as CloudWatch Logs Insights reads it. Never a frame body, a position or a secret. */
export function createLog(
  base: Fields,
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): Log {
  const at =
    (level: Level) =>
    (message: string, fields: Fields = {}): void => {
      const entries = Object.entries(fields).map(([name, value]) => [name, toField(value)])
      write(
        JSON.stringify({
          time: new Date().toISOString(),
          level,
          message,
          ...base,
          ...Object.fromEntries(entries),
        }),
      )
    }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
