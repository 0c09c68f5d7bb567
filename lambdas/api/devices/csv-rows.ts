type CsvRecord = { readonly line: number; readonly fields: readonly string[] }

/**
 * Records of a CSV text (RFC 4180, also with LF or `;`, as spreadsheets write it), each with the number of its first
 * line.
 */
export function readCsv(text: string): CsvRecord[] {
  const source = text.replace(/^\uFEFF/, '')
  const separator = (source.split(/\r?\n/, 1)[0] ?? '').includes(';') ? ';' : ','
  const records: CsvRecord[] = []
  let fields: string[] = []
  let field = ''
  let quoted = false
  let line = 1
  let startLine = 1
  const endField = (): void => {
    fields.push(field)
    field = ''
  }
  const endRecord = (): void => {
    endField()
    if (fields.length > 1 || fields[0] !== '') records.push({ line: startLine, fields })
    fields = []
    startLine = line
  }
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!
    if (char === '\n') line += 1
    if (quoted) {
      if (char !== '"') field += char
      else if (source[i + 1] === '"') {
        field += '"'
        i += 1
      } else quoted = false
    } else if (char === '"' && field === '') quoted = true
    else if (char === separator) endField()
    else if (char === '\n') endRecord()
    else if (char !== '\r') field += char
  }
  line += 1
  endRecord()
  return records
}
