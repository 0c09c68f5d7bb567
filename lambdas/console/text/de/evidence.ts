import type { Texts } from '../en/index.ts'

export const evidence: Texts['evidence'] = {
  title: 'Belege',
  about:
    'Was jede Firmware auf dieser Installation beantwortet und getan hat, gezählt nach der Firmware, die die Geräte melden. Gezählt werden Befehle mit Ergebnis; eine Antwort, die zu einem anderen Befehl gehören könnte, zählt nicht.',
  none: 'Noch ist nichts gezählt. Senden Sie Befehle oder fragen Sie ein Gerät ab: Jedes Ergebnis zählt hier.',
  family: 'Familie',
  search: 'Befehl oder Firmware suchen',
  searchKeys: 'Suchen  ( / )',
  command: 'Befehl',
  wording: 'Schreibweise',
  firmware: 'Firmware',
  answered: 'Beantwortet',
  tookEffect: 'Gewirkt',
  verdicts: 'Ergebnisse',
  of: (n, all) => `${n} von ${all}`,
}
