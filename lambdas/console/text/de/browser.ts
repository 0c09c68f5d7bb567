import type { Texts } from '../en/index.ts'

export const browser: Texts['browser'] = {
  title: 'Dieser Browser',
  about:
    'Nur dieser Browser merkt sich diese Einstellungen. Sie ändern die Anzeige, nicht die Geräte oder die Daten.',
  language: 'Sprache',
  units: 'Einheiten',
  unitsOf: { metric: 'Kilometer, Meter, km/h', imperial: 'Meilen, Fuß, mph' },
  timeZone: 'Zeitzone',
  timeZoneHint: 'Tage beginnen um Mitternacht in dieser Zeitzone. Leer: die Zeitzone dieses Browsers.',
  unknownTimeZone: (name) => `„${name}“ ist keine Zeitzone: Schreiben Sie eine wie Europe/Berlin.`,
  ownTimeZone: (name) => `Wie dieser Browser: ${name}`,
  theme: 'Design',
  themeOf: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
  save: 'Speichern',
  back: 'Zurück',
}
