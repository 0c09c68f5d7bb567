import type { Texts } from '../en/index.ts'

export const mqtt: Texts['mqtt'] = {
  title: 'MQTT-Broker',
  hint: 'Geräte werden an einen Broker gemeldet, für Home Assistant und OwnTracks, und der Broker darf Befehle senden.',
  none: 'Es gibt noch keinen Broker.',
  connected: (broker) => `Geräte werden an ${broker} gemeldet.`,
  notConnected: (broker) => `${broker} ist nicht verbunden. Es wird immer wieder versucht.`,
  lastError: (when, why) => `${when}: ${why}`,
  fromCommandLine:
    'Er ist auf der Kommandozeile gesetzt (--mqtt oder MQTT_URL). Starten Sie ohne, um den Broker hier zu setzen.',
  url: 'Broker: mqtt://benutzer:passwort@host, oder mqtts:// mit TLS',
  passwordHint:
    'Das Passwort wird nie wieder gezeigt: *** steht dafür. Für einen anderen Broker oder Benutzer geben Sie es neu ein.',
  formats: 'Was gemeldet wird',
  formatNames: { 'home-assistant': 'Geräte für Home Assistant', owntracks: 'Positionen für OwnTracks' },
  commands: 'Was der Broker senden darf',
  levels: {
    none: 'nichts',
    reads: 'harmlose Abfragen',
    harmless: 'alle harmlosen Befehle',
    sensitive: 'auch heikle Befehle',
  },
  levelsHint: 'Störende und gefährliche Befehle werden nie von einem Broker gesendet.',
  topic: 'Topic; jede Installation an einem Broker braucht ihr eigenes',
  discoveryPrefix: 'Wo Home Assistant nach Geräten sucht',
  save: 'Broker speichern',
  saved: 'Gespeichert.',
  remove: 'Broker entfernen',
  askRemove: 'Den Broker entfernen?',
  yesRemove: 'Ja, entfernen',
  removeText: 'Was gemeldet wurde, wird weggenommen: Die Geräte sind auch in Home Assistant weg.',
  left: 'Der vorige Broker war nicht erreichbar. Er hat noch, was dort gemeldet wurde.',
}
