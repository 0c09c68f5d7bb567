import type { StageValues } from '../config/settings.ts'

/** Values of stage `test`: one task, and all data is deleted with the stack. */
export const values: StageValues = {
  tasksMin: 1,
  removalPolicy: 'destroy',
  logRetentionDays: 7,
}
