import type { StageValues } from '../config/settings.ts'

/** Values of stage `test`: one task, and everything goes when the stack goes. */
export const values: StageValues = {
  tasksMin: 1,
  removalPolicy: 'destroy',
  logRetentionDays: 7,
}
