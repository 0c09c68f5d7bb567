import type { Texts } from '../en/index.ts'

export const shell: Texts['shell'] = {
  nothingHere: 'Hier ist nichts',
  toFleet: 'Zur Flotte',
  skip: 'Zum Inhalt springen',
  pages: 'Seiten',
  signOut: 'Abmelden',
  fleet: 'Flotte',
  alarms: 'Alarme',
  notices: 'Meldungen',
  places: 'Orte',
  campaigns: 'Kampagnen',
  evidence: 'Belege',
  settings: 'Einstellungen',
  notStarted: (why) => `Die Konsole konnte nicht starten: ${why}. Laden Sie die Seite neu.`,
  loading: 'Lädt …',
  notLoaded:
    'Diese Seite konnte nicht geladen werden: Der Server ist nicht erreichbar oder hat eine neuere Version. Laden Sie die Seite neu.',
}
