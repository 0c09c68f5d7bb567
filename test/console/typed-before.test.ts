import { describe, expect, it } from 'vitest'
import {
  nothingTyped,
  recall,
  remember,
  type TypedBefore,
} from '../../lambdas/console/terminal/typed-before.ts'

const steps = { up: 1, down: -1 } as const

/** The texts that the arrow keys show, beginning with a draft. */
function press(before: TypedBefore, draft: string, keys: readonly (keyof typeof steps)[]): string[] {
  let shown = draft
  let now = before
  return keys.map((key) => {
    const recalled = recall(now, steps[key], shown)
    now = recalled.before
    shown = recalled.text
    return shown
  })
}

describe('texts typed before', () => {
  const before = ['a', 'b', 'c'].reduce(remember, nothingTyped)
  it('are recalled newest first, and end at the line that was being typed', () => {
    expect(press(before, '', ['up', 'up', 'up', 'up'])).toEqual(['c', 'b', 'a', 'a'])
    expect(press(before, 'dra', ['up', 'up', 'down', 'down', 'down'])).toEqual(['c', 'b', 'c', 'dra', 'dra'])
    expect(press(before, '', ['down'])).toEqual([''])
    expect(press(nothingTyped, 'x', ['up', 'down'])).toEqual(['x', 'x'])
  })
  it('are remembered once where they repeat, and fifty at most', () => {
    expect(['a', 'a', 'b', 'a'].reduce(remember, nothingTyped).texts).toEqual(['a', 'b', 'a'])
    const many = Array.from({ length: 60 }, (_, i) => String(i)).reduce(remember, nothingTyped)
    expect([many.texts.length, many.texts.at(-1)]).toEqual([50, '59'])
  })
})
