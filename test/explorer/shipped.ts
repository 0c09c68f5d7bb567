import {
  applySnapshot,
  delivered,
  expire,
  giveUp,
  isConducted,
  nextQueued,
  startDispatch,
} from '#shared/domain/command-life.ts'
import { createConductor, dueAt } from '../../container/conductor/conduct.ts'
import type { Reducers } from './world.ts'

export const shipped: Reducers = {
  conduct: createConductor,
  dueAt,
  applySnapshot,
  delivered,
  expire,
  giveUp,
  isConducted,
  nextQueued,
  startDispatch,
}
