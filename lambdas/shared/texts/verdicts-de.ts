import type { Verdict } from '../domain/verdict.ts'

export const germanVerdicts: Readonly<Record<Verdict, string>> = {
  confirmed: 'bestätigt',
  answered: 'beantwortet',
  unconfirmed: 'unbestätigt',
  contradicted: 'widerlegt',
  rejected: 'abgelehnt',
  unanswered: 'unbeantwortet',
  unknown: 'unklar',
  undelivered: 'nicht zugestellt',
}
