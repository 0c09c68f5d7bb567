import { expect, it } from 'vitest'
import { measureWaits } from '../../bench/waits.ts'
import { TEST_ADMIN_KEY } from '../harness.ts'
import { system } from '../shared-system.ts'

export function waits(): void {
  it('60 waiting requests delay no other answer, and each caller gets its command id', async () => {
    const { serverErrors, known } = await measureWaits(
      { httpUrl: system.embedded.httpUrl, adminKey: TEST_ADMIN_KEY },
      60,
      3,
    )
    expect({ serverErrors, known }).toEqual({ serverErrors: 0, known: 60 })
  })
}
