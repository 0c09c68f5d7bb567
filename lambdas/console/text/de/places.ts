import { pluralsOf } from '../plural.ts'
import type { Texts } from '../en/index.ts'

const { count } = pluralsOf('de-DE')

export const places: Texts['places'] = {
  title: 'Orte',
  about:
    'Ein Ort meldet ein Ereignis, wenn ein Gerät ihn betritt, ihn verlässt oder in ihm bleibt. Auch Pakete zählen, die der Tracker gespeichert hatte.',
  none: 'Es gibt noch keinen Ort. Füllen Sie das Formular aus, oder klicken Sie für den Mittelpunkt auf die Karte, und speichern Sie ihn.',
  map: 'Karte der Orte',
  fitAll: 'Alle zeigen',
  add: 'Neuer Ort',
  change: (name) => `${name} ändern`,
  name: 'Name',
  shape: 'Form',
  shapeOf: { circle: 'Kreis', polygon: 'Vieleck' },
  latitude: 'Breite des Mittelpunkts',
  longitude: 'Länge des Mittelpunkts',
  radius: (min, max) => `Radius, ${min} bis ${max}`,
  corners: 'Ecken: eine je Zeile, Breite und Länge',
  circleHint: 'Ein Klick auf die Karte setzt den Mittelpunkt.',
  polygonHint: 'Jeder Klick auf die Karte fügt eine Ecke an. Drei oder mehr, der Reihe nach um den Ort.',
  removeLast: 'Letzte Ecke entfernen',
  stay: 'Ereignis nach so vielen Minuten am Ort (optional)',
  save: 'Speichern',
  cancel: 'Abbrechen',
  edit: (name) => `${name} ändern`,
  remove: (name) => `${name} löschen`,
  show: (name) => `${name} auf der Karte zeigen`,
  removeTitle: (name) => `${name} löschen?`,
  removeYes: 'Ja, löschen',
  removeHint: 'Geräte an diesem Ort melden kein Ereignis. Was gemeldet wurde, bleibt.',
  saved: (name) => `${name} ist gespeichert.`,
  list: 'Liste der Orte',
  circleText: (radius) => `Kreis, Radius ${radius}`,
  polygonText: (corners) => `Vieleck mit ${count(corners, 'Ecke', 'Ecken')}`,
  stayText: (minutes) => `Ereignis nach ${count(minutes, 'Minute', 'Minuten')} am Ort`,
  inside: 'Jetzt dort:',
  empty: 'Jetzt ist kein Gerät dort.',
  notNumber: (field) => `${field}: erwartet wird eine Zahl wie 52.52.`,
  notCorner: (line) => `"${line}" ist keine Ecke: Schreiben Sie Breite und Länge, etwa 52.52, 13.405.`,
}
