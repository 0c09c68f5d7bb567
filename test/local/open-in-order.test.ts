import { expect, it } from 'vitest'
import { openInOrder } from '../../cdk/local/open-in-order.ts'

it('open in order: closes in the opposite order, once, including what was opened later', async () => {
  const closed: string[] = []
  const opened = await openInOrder((onClose) => {
    onClose(() => closed.push('first'))
    onClose(async () => void closed.push('second'))
    return Promise.resolve({ openAnother: () => onClose(() => closed.push('third')) })
  })
  opened.openAnother()
  expect(closed).toEqual([])
  await opened.close()
  await opened.close()
  expect(closed).toEqual(['third', 'second', 'first'])
})

it('open in order: closes what is open when the next one fails to open', async () => {
  const closed: string[] = []
  const opening = openInOrder(async (onClose) => {
    onClose(() => closed.push('first'))
    onClose(() => closed.push('second'))
    throw new Error('the port is taken')
  })
  await expect(opening).rejects.toThrow('the port is taken')
  expect(closed).toEqual(['second', 'first'])
})
