import { describe, expect, it } from 'vitest'
import { readWait } from '../../lambdas/api/prefer.ts'

describe('Prefer', () => {
  it.each([
    ['wait=10', 10],
    ['WAIT = 10', 10],
    ['wait="10"', 10],
    ['respond-async, wait=5', 5],
    ['wait=5; foo=bar', 5],
    ['wait=0', 0],
    ['wait=600', 25],
    [undefined, null],
    ['', null],
    ['wait', null],
    ['wait=-1', null],
    ['wait=1.5', null],
    ['await=3', null],
    ['return=minimal', null],
  ])('%j asks to wait %j seconds', (header, seconds) => {
    expect(readWait(header)).toBe(seconds)
  })
})
