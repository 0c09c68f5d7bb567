import { describe, expect, it } from 'vitest'
import { createTurns } from '#shared/concurrency.ts'

describe('turns of functions that wait for each other', () => {
  it('run one after the other, in the order of requests, and return each its own result', async () => {
    const inTurn = createTurns(60_000)
    const story: string[] = []
    const work = (name: string) => async () => {
      story.push(`${name} begins`)
      await new Promise(setImmediate)
      story.push(`${name} ends`)
      if (name === 'b') throw new Error('b failed')
      return name
    }
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => inTurn(work(name))))
    expect(results).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: new Error('b failed') },
      { status: 'fulfilled', value: 'c' },
    ])
    expect(story).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]))
  })

  it('end after a timeout, so that a slow one delays no other', async () => {
    const inTurn = createTurns(5)
    const slow = Promise.withResolvers<string>()
    const first = inTurn(() => slow.promise)
    expect(await inTurn(async () => 'second')).toBe('second')
    slow.resolve('first')
    expect(await first).toBe('first')
    const broken = inTurn(() => {
      throw new Error('no promise at all')
    })
    await expect(broken).rejects.toThrow('no promise at all')
    expect(await inTurn(async () => 'next')).toBe('next')
  })
})
