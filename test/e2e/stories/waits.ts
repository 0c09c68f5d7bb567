import { expect, it } from 'vitest'
import { measureWaits } from '../../bench/waits.ts'
import { TEST_ADMIN_KEY } from '../harness.ts'
import { system } from '../shared-system.ts'

export function waits(): void {
  it('a crowd that waits costs no one else an answer, and each caller learns its command', async () => {
    const { serverErrors, known } = await measureWaits(
      { httpUrl: system.embedded.httpUrl, adminKey: TEST_ADMIN_KEY },
      60,
      3,
    )
    expect({ serverErrors, known }).toEqual({ serverErrors: 0, known: 60 })
  })
}
