import { plainModel } from '../model-name.ts'
import type { Encoding } from './types.ts'

/** Whether a wording is known for a model; null: the model is not known. */
export const isFor = ({ models }: Encoding, model: string | null): boolean =>
  models === null ||
  (model !== null && models.some((start) => plainModel(model).startsWith(plainModel(start))))

/** SinoTrack model names, as people and the firmware write them: ST-901 to ST-925. */
export const sinoTrack = ['SINOTRACK', 'ST'] as const
export const vSun = ['VSUN', 'TLT2', 'TK205'] as const
export const cantrack = ['CANTRACK', 'SECUMORE'] as const
export const huaSunTek = ['HUASUNTEK'] as const
/** Clones with another SMS dialect (PROTOCOL.md section 5.9). */
export const gt09 = ['GT09', 'GT01', 'A11'] as const
/** LKGPS, TK and their relatives (RF-V8S, RFV16). */
export const lk = ['LK', 'TK', 'RF'] as const
