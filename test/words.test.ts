/**
 * Words and forms of names of an earlier, private style that must not come back, each with the field's word. A word that is right in one
 * file, such as the name of a stored attribute, is allowed there by name.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

type Rule = { readonly word: RegExp; readonly write: string; readonly allowed?: readonly string[] }

const rules: readonly Rule[] = [
  { word: /\b(?:most|least)[A-Z]\w*|\b(?:MOST|LEAST)_\w+/, write: 'maxX, minX' },
  {
    word: /\b(?:tells?|told|telling|teller)\b/i,
    write: 'notify, report, log, return',
    allowed: ['cdk/constructs/watch/'],
  },
  {
    word: /\b(?:tell|told)[A-Z]\w*|\w*[a-z]Told\b/,
    write: 'notify, report, log, return',
    allowed: ['lambdas/shared/store/notices.ts', 'test/notify/', 'test/store/'],
  },
  { word: /\b(?:no|some|any|every)body\b/i, write: 'no one, anyone, everyone, missing, unknown' },
  {
    word: /\b(?:ifHolds|bury|startBroom|behindDoor|keptBy|requireTaken|sayYes|outliveReaders|isWorthALook)\b/,
    write: 'a verb of the field',
  },
  { word: /[a-z]Doors?\b|[a-z]Strangers?\b|\bofStrangers\b/, write: 'server, port, unregistered' },
  { word: /\bthe (?:version|key|session|frame|one|run|fix|row|report) before\b/, write: 'the previous …' },
  { word: /\bis no [a-z]+ id\b|\bis no (?:JSON|terminal|host:port)\b/, write: 'is not a …' },
  { word: /\bmost rows\b/, write: 'maximum number of rows' },
  { word: /\bTaken by\b/, write: 'Accepted by' },
  { word: /\bdear(?:er|est)?\b/, write: 'expensive, cost' },
  { word: /\bfor ever\b/, write: 'permanently, always' },
  { word: /\banew\b/, write: 'again' },
  { word: /\b(?:lest|thus|upon|whence|hence)\b/, write: 'so, because, on' },
  { word: /\b(?:losers?|winners?)\b/, write: 'displaced session, owner' },
  { word: /\b(?:trackers?|devices?) units?\b|\b(?:old|parked|this|each) units?\b/, write: 'tracker' },
  {
    word: /No such thing|is not as it must be|does not fit the present state/,
    write: 'Not found, Invalid request, Conflict',
  },
  { word: /§/, write: 'section' },
  {
    word: /recognis|colour|\bnormalise/i,
    write: 'recognize, color, normalize, meters',
  },
  {
    word: /\b(?:[iI]s|not|are|to)Wanted\b|\bWanted[A-Z]?\w*|\bwants[A-Z]\w*\b(?<!wantsCheck)/,
    write: 'selected, requested, desired',
  },
  {
    word: /^(?:export )?const [a-z]\w*(?:: [^=]+)? = (?:-?[\d_.]+(?: [*+-] [\d_.]+)*|'[^']*')$/,
    write: 'UPPER_SNAKE for a primitive constant of a module',
  },
  {
    word: /^(?:export )?const [A-Z][A-Z\d_]+(?:: [^=]+)? = (?:[[{/]|new |\([^)]*\) =>)/,
    write: 'camelCase for any other constant',
  },
  { word: /\b(?:DESIGN|PLATFORM|PEERS|STYLE)\.md\b/, write: 'a document of this repository' },
]

const root = join(import.meta.dirname, '..')
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => /\.(m?[jt]s|tsx|md|ya?ml)$/.test(file) && existsSync(join(root, file)))
  .filter((file) => file !== 'test/words.test.ts')
const lines = files.flatMap((file) =>
  readFileSync(join(root, file), 'utf8')
    .split('\n')
    .map((text, i) => ({ file, at: `${file}:${i + 1}`, text })),
)

it.each(rules)('words: $word is written as: $write', ({ word, allowed = [] }) => {
  const found = lines.filter(
    ({ file, text }) => word.test(text) && !allowed.some((path) => file.startsWith(path)),
  )
  expect(found.map(({ at, text }) => `${at}: ${text.trim().slice(0, 120)}`)).toEqual([])
})

it('words: the files are there', () => expect(files.length).toBeGreaterThan(800))
