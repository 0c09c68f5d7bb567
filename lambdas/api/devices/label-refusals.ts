import { isRefusal, type LabelRefusal } from '../../shared/domain/label-change.ts'
import { Problem, type Fault } from '../problem.ts'
import { noSuchDevice } from './require-device.ts'

/** Throws the problem for a refusal of the registry. */
export function requireLabels<T>(deviceId: string, result: T | LabelRefusal): T {
  if (typeof result !== 'object' || result === null || !isRefusal(result)) return result
  const { refused, detail } = result
  if (refused === 'invisible') throw noSuchDevice(deviceId)
  if (refused === 'outside') throw new Problem('forbidden', detail)
  const errors: Fault[] = [{ in: 'body', name: '/labels', detail }]
  throw new Problem('invalid-request', `/labels: ${detail}`, { extras: { errors } })
}
