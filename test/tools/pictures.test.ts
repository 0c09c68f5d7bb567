import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { drawArchitecture } from '../../cdk/tools/architecture-picture.ts'

it.each(['light', 'dark'] as const)(
  'pictures: the %s one is up to date; npm run pictures writes it',
  (theme) => {
    const file = new URL(`../../.github/pictures/architecture-${theme}.svg`, import.meta.url)
    expect(readFileSync(file, 'utf8')).toBe(drawArchitecture(theme))
  },
)
