import { choice, type Choice } from './choice.ts'
import type * as English from './en/diagnosis.ts'
import type { Shape } from './shape.ts'

const loaders: Readonly<Record<Choice['language'], () => Promise<Shape<typeof English>>>> = {
  en: () => import('./en/diagnosis.ts'),
  de: () => import('./de/diagnosis.ts'),
}

/** The texts of a diagnosis in the language of this browser. They are not part of the first view. */
export const { diagnosis, diagnosisFacts } = await loaders[choice.language]()
