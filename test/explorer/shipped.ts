import { applySnapshot, cancel, giveUp, notWritten } from '#shared/domain/command-reports.ts'
import { expire, isConducted, startDispatch } from '#shared/domain/command-life.ts'
import { nextQueued } from '#shared/domain/device-commands.ts'
import { createConductor, dueAt } from '../../container/commands/conductor/conduct.ts'
import { stepRelay } from '../../container/relay/relay-state.ts'
import type { Reducers } from './world.ts'

export const shipped: Reducers = {
  conduct: createConductor,
  dueAt,
  applySnapshot,
  cancel,
  expire,
  giveUp,
  isConducted,
  nextQueued,
  notWritten,
  startDispatch,
  stepRelay,
}
