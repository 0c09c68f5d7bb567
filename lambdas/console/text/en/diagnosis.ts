/** The English texts of a diagnosis are those of the server; other languages translate them by verdict and by code. */
export { factTexts as diagnosisFacts } from '../../../shared/domain/diagnosis/facts.ts'
export { verdictTexts as diagnosis } from '../../../shared/domain/diagnosis/verdicts.ts'
