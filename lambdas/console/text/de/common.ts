import type { Texts } from '../en/index.ts'

export const common: Texts['common'] = {
  noDoNothing: 'Nein, nichts tun',
  copied: 'Kopiert.',
  copyNotAllowed: 'Dieser Browser erlaubt das nicht: Markieren Sie den Text.',
  shownOnce:
    'Das wird nur dieses eine Mal angezeigt. Bewahren Sie es jetzt so auf, dass andere es nicht lesen können.',
  copy: 'Kopieren',
  stored: 'Ich habe es gespeichert',
  allDevices: 'alle Geräte',
  onlyLabels: 'Nur Geräte mit diesen Labels',
  onlyIds: 'Nur Geräte mit diesen IDs',
  devicesWith: (labels) => `Geräte mit ${labels}`,
  devicesNamed: (ids) => `Geräte ${ids}`,
  andOfThese: ', und davon ',
  notLabel: (text) =>
    `„${text}“ ist kein Label: Schreiben Sie Name=Wert, etwa fleet=north, durch Kommas getrennt; ein Name hat Buchstaben, Ziffern, „.“, „_“, „/“ und „-“`,
  notId: (text) => `„${text}“ ist keine Geräte-ID: 1 bis 15 Ziffern`,
  range: (from, to) => `${from} bis ${to}`,
}
