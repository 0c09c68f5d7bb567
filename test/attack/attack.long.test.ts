import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomeOf } from './attack.ts'
import { attacks } from './attacks.ts'
import { startWorld, type World } from './world.ts'

describe('an installation under attack', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world?.close())

  it.each(attacks.filter(({ isSlow }) => !isSlow).map((attack) => [attack.name, attack] as const))(
    'withstands: %s',
    async (_, attack) => {
      expect((await outcomeOf(attack, world)).seen).toBeNull()
    },
  )

  it('is tested by attacks with unique names', () => {
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length)
  })
})
