import type * as English from '../en/diagnosis.ts'
import type { Shape } from '../shape.ts'
import { wordOf } from '../word.ts'
import { words } from './words.ts'

const SERVER_SMS =
  'Senden Sie ihm seinen Server noch einmal per SMS: 8040000 <Adresse> <Port>, mit der Adresse dieses Servers und seinem Port für Tracker; 0000 ist das Passwort ab Werk.'
const CHECK_TRACKER =
  'Wenn nichts hilft, sehen Sie sich den Tracker an: Stromversorgung, Lämpchen und SIM-Karte.'

export const diagnosis: Shape<typeof English.diagnosis> = {
  online: {
    title: 'Verbunden und in Ordnung',
    text: 'Der Tracker ist verbunden und meldet sich so oft wie sonst.',
    whatToDo: [],
  },
  'clock-wrong': {
    title: 'Uhr oder Zeitzone ist falsch',
    text: 'Der Tracker meldet sich, aber seine Zeiten stimmen nicht: Positionen erscheinen zur falschen Zeit oder gar nicht.',
    whatToDo: [
      'Weicht sie um ganze Viertelstunden ab, stellen Sie in den Einstellungen des Geräts die vorgeschlagene Zeitzone ein (`overrides.utcOffsetMinutes`).',
      'Sonst starten Sie den Tracker unter freiem Himmel neu: Er holt die Zeit von den Satelliten.',
    ],
  },
  asleep: {
    title: 'Schläft, wie eingestellt oder wie gewöhnlich',
    text: 'Der Tracker ist still, weil er schläft oder geparkt selten meldet.',
    whatToDo: [
      'Warten Sie auf die nächste Meldung oder bewegen Sie das Fahrzeug: Davon wachen die meisten Tracker auf.',
      'Stellen Sie ein kürzeres Intervall ein oder schalten Sie den Schlaf ab, wenn er sich öfter melden soll.',
    ],
  },
  'never-dialled-in': {
    title: 'Hat sich noch nie eingewählt',
    text: 'Kein Tracker mit dieser ID hat diesen Server erreicht.',
    whatToDo: [
      'Vergleichen Sie die ID mit der auf dem Tracker: Meist sind es zehn Ziffern und nicht die ganze IMEI.',
      'Stellen Sie zuerst per SMS den Zugangspunkt der SIM-Karte ein: 8030000 <APN>.',
      SERVER_SMS,
      'Prüfen Sie, ob der Port für Tracker aus dem Internet erreichbar ist.',
      'Prüfen Sie die SIM-Karte: Datenvolumen, PIN ausgeschaltet, SMS erlaubt.',
    ],
  },
  'unknown-id': {
    title: 'Hat sich mit einer nicht registrierten ID eingewählt',
    text: 'Ein Tracker mit dieser ID oder einem Teil davon wartet auf die Übernahme. Bis dahin wird nichts von ihm gespeichert.',
    whatToDo: [
      'Übernehmen Sie die ID unter „Unbekannt“. Der Tracker liefert dann nach, was er behalten hat.',
    ],
  },
  'other-id': {
    title: 'Wählt sich mit einer anderen registrierten ID ein',
    text: 'Ein registriertes Gerät hat eine verwandte ID: Eine der beiden ist Anfang oder Ende der anderen. Es hat seitdem Frames gesendet und ist wohl derselbe Tracker.',
    whatToDo: [
      'Verwenden Sie das Gerät mit der anderen ID: Dort stehen die Positionen, und von dort erreichen Befehle den Tracker.',
      'Vergleichen Sie beide IDs mit dem Aufkleber auf dem Tracker. Gehören beide zu ihm, löschen Sie das Gerät, unter dem er sich nicht einwählt.',
    ],
  },
  'other-protocol': {
    title: 'Spricht ein anderes Protokoll',
    text: 'Der Tracker hat den richtigen Port erreicht, spricht aber nicht H02.',
    whatToDo: [
      'Prüfen Sie, ob sich an der Firmware das Protokoll einstellen lässt, und wählen Sie H02.',
      'Wenn nicht, braucht er einen Server für sein eigenes Protokoll.',
    ],
  },
  'http-port': {
    title: 'Kam an den HTTP-Port',
    text: 'Der Tracker wählt den Port von API und Konsole an. Tracker gehören an den anderen Port.',
    whatToDo: [
      'Senden Sie ihm seinen Server noch einmal per SMS, mit dem Port für Tracker (5013, wenn Sie ihn nicht geändert haben).',
    ],
  },
  'source-refused': {
    title: 'Die Adresse gehört nicht zu seinen Netzen',
    text: 'Der Tracker kam aus einem Netz, das seine `sources` nicht erlauben, und wurde abgewiesen.',
    whatToDo: [
      'Gehört die Adresse seinem Netzbetreiber, nehmen Sie dessen Netz in die `sources` des Geräts auf oder entfernen Sie sie.',
      'Wenn nicht, benutzt jemand anderes seine ID: Lassen Sie die Netze, wie sie sind.',
    ],
  },
  'left-after-set-server': {
    title: 'Ging, nachdem er an einen anderen Server geschickt wurde',
    text: 'Ein Befehl hat den Server des Trackers geändert, und seitdem kam er nicht zurück.',
    whatToDo: ['War das nicht gewollt, geht der Weg zurück per SMS.', SERVER_SMS],
  },
  'left-after-command': {
    title: 'Ging nach einem Befehl',
    text: 'Ein Befehl, der einen Tracker abschneiden kann, wurde ihm gesendet, und seitdem kam er nicht zurück.',
    whatToDo: [
      'Senden Sie das Gegenteil per SMS: 8030000 <APN> für den Zugangspunkt, 7100000 schaltet mobile Daten ein.',
      SERVER_SMS,
    ],
  },
  'supply-cut': {
    title: 'Stromversorgung getrennt, dann verstummt',
    text: 'Der Tracker meldete, dass seine Stromversorgung getrennt ist, und verstummte dann: Sein Akku ist leer, oder jemand hat ihn ausgeschaltet.',
    whatToDo: [
      'Sehen Sie nach dem Fahrzeug: Vielleicht hat jemand den Tracker oder die Batterie abgeklemmt.',
      'Stellen Sie die Versorgung wieder her. Der Tracker wählt sich in wenigen Minuten von selbst ein.',
    ],
  },
  'signal-fell': {
    title: 'Der Empfang wurde schwach, bevor er verstummte',
    text: 'Der Mobilfunkempfang wurde kurz vor der letzten Meldung schwach: Er ist wahrscheinlich, wo es keinen gibt.',
    whatToDo: [
      'Warten Sie, bis das Fahrzeug woanders ist: Der Tracker behält seine Positionen und sendet sie später.',
      'Hat sich das Fahrzeug seit Tagen nicht bewegt, sehen Sie nach Antenne und SIM-Karte.',
    ],
  },
  'network-silent': {
    title: 'Das Netz des Betreibers ist verstummt',
    text: 'Die meisten Tracker im selben Netz sind gleichzeitig verstummt: Der Fehler liegt beim Betreiber, nicht am Tracker.',
    whatToDo: [
      'Fragen Sie den Betreiber der SIM-Karten nach einer Störung im Netz oder am APN.',
      'Prüfen Sie, ob die Firewall dieses Netz noch hereinlässt.',
    ],
  },
  'we-were-down': {
    title: 'Dieser Server war nicht in Betrieb',
    text: 'Als der Tracker verstummte, lief kein Gateway. Der Tracker behält seine Positionen und sendet sie, wenn es wieder läuft.',
    whatToDo: [
      'Läuft das Gateway jetzt nicht, starten Sie es; in OPERATIONS.md steht, wo Sie nachsehen.',
      'Läuft es wieder, warten Sie: Tracker wählen sich in wenigen Minuten ein, spätestens mit der nächsten Meldung.',
    ],
  },
  'not-known': {
    title: 'Nicht bekannt',
    text: 'Nichts von dem, was aufgezeichnet wurde, erklärt es.',
    whatToDo: [
      'Warten Sie einige Minuten, wenn er gerade erst gehört wurde.',
      'Fragen Sie ihn per SMS nach seinen Einstellungen (RCONF) und vergleichen Sie Server, Port und APN.',
      CHECK_TRACKER,
    ],
  },
}

export const diagnosisFacts: typeof English.diagnosisFacts = {
  'last-heard': () => 'Das Letzte, was von ihm kam.',
  'last-before-leaving': () => 'Sein letzter Frame, bevor er ging.',
  'last-parked': () => 'Sein letzter Frame: geparkt.',
  'last-own': () => 'Sein eigener letzter Frame.',
  registered: ({ at }, { time }) => `Registriert: ${time(at)}. Seitdem keine Verbindung.`,
  heard: ({ seconds, usualSeconds }, { duration }) =>
    `Zuletzt gehört vor ${duration(seconds)}; üblich sind bis zu ${duration(usualSeconds)}.`,
  'clock-showed': ({ clock, at }, { time }) =>
    `Seine Uhr zeigte ${time(clock)}, als dies ankam: ${time(at)}.`,
  'clock-ahead': ({ minutes }) =>
    `Seine Uhr geht, so wie sie jetzt eingestellt ist, in allen neueren Frames ${minutes} Minuten vor (gegenüber UTC).`,
  'clock-behind': ({ minutes }) =>
    `Seine Uhr geht, so wie sie jetzt eingestellt ist, in allen neueren Frames ${minutes} Minuten nach (gegenüber UTC).`,
  'no-gateway': ({ from, to }, { time }) =>
    to === null
      ? `Seit ${time(from)} lief kein Gateway.`
      : `Von ${time(from)} bis ${time(to)} lief kein Gateway.`,
  'address-refused': ({ address, sources }) =>
    `Eine Verbindung von ${address} wurde abgewiesen; erlaubt sind ${sources}.`,
  'came-to-http': ({ address }) => `Ein Frame mit dieser ID kam an den HTTP-Port, von ${address}.`,
  'other-login': ({ address, protocol }) =>
    `Eine Anmeldung im Protokoll ${protocol} mit dieser ID kam von ${address}.`,
  'not-registered': ({ address, deviceId }) =>
    `${deviceId} hat sich von ${address} eingewählt und ist nicht registriert.`,
  'heard-as': ({ deviceId, at }, { time }) =>
    `${deviceId} ist ebenfalls registriert; zuletzt gehört: ${time(at)}.`,
  'not-all-searched': () =>
    'Es gibt zu viele IDs, um alle nach einer längeren zu durchsuchen, die mit dieser endet, etwa seiner IMEI.',
  'command-written': ({ intent, server }) =>
    `${server === null ? intent : `${intent} (${server})`} wurde an ihn gesendet.`,
  'sleep-written': ({ intent }) => `${intent} wurde an ihn gesendet, und seitdem hat ihn nichts geweckt.`,
  'alarm-open': ({ alarm }) =>
    `Er meldete den Alarm „${wordOf(words.alarms, alarm)}“ und nahm ihn nie zurück.`,
  battery: ({ percent }) => `Sein Akku stand bei ${percent} %.`,
  'last-after-cut': ({ seconds }, { duration }) =>
    `Sein letzter Frame, ${duration(seconds)} nach der Trennung.`,
  'quiet-before': ({ seconds, times }, { duration }) =>
    `Er war schon ${times}-mal still, bis zu ${duration(seconds)} lang, und kam von selbst wieder.`,
  'silent-together': ({ silent, of, network }) =>
    `${silent} von ${of} Trackern aus ${network}, die bis dahin meldeten, sind seitdem still.`,
  signal: ({ percent }) => `Sein Signal lag bei ${percent} %.`,
  'signal-before': ({ percent, seconds }, { duration }) =>
    `Sein Signal lag bei ${percent} %, ${duration(seconds)} bevor er verstummte.`,
}
