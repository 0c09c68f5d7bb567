import { RAW_INTENT } from '#shared/domain/command.ts'
import { germanCommands } from '#shared/texts/commands-de.ts'
import { reasonIn } from '#shared/texts/reason-text.ts'
import { germanReasons } from '#shared/texts/reasons-de.ts'
import { germanSentences } from '#shared/texts/sentences-de.ts'
import { createTranslator } from '#shared/texts/translate.ts'
import type { NoticeWords } from './en.ts'

const toGerman = createTranslator(germanSentences)

export const de: NoticeWords = {
  installation: 'Die Installation',
  unknown: 'unbekannt',
  yes: 'ja',
  no: 'nein',
  alarms: {
    sos: 'SOS',
    moved: 'im Stand bewegt',
    theft: 'Diebstahl oder Erschütterung',
    vibration: 'Erschütterung',
    'power-cut': 'Strom getrennt',
    'power-off': 'Hauptstrom aus',
    'low-battery': 'Akku schwach',
    'low-power': 'Spannung niedrig',
    overspeed: 'zu schnell (Alarm des Trackers)',
    'fence-in': 'Zone des Trackers betreten',
    'fence-out': 'Zone des Trackers verlassen',
    'illegal-start': 'Motor ohne Erlaubnis gestartet',
    'antenna-open': 'GPS-Antenne nicht angeschlossen',
    'antenna-short': 'GPS-Antenne kurzgeschlossen',
    'door-open': 'Tür offen',
    'ignition-on': 'Zündung an',
    'ignition-off': 'Zündung aus',
    alarm: 'Alarm',
  },
  ended: (what) => `${what}, beendet`,
  types: {
    'device.added': 'wurde registriert',
    'device.removed': 'wurde gelöscht',
    'device.online': 'ist verbunden',
    'device.offline': 'ist getrennt',
    'device.silent': 'meldet sich nicht',
    'device.moved': 'hat sich bewegt',
    'device.moved-parked': 'im Stand bewegt',
    'device.contested': 'zwei Verbindungen geben sich dafür aus',
    'device.source-refused': 'eine Verbindung aus einem fremden Netz wurde abgewiesen',
    'device.daily-limit': 'hat mehr gesendet, als an einem Tag erlaubt ist',
    'unknown-device.seen': 'ein unbekannter Tracker hat sich verbunden',
    'place.entered': 'angekommen',
    'place.left': 'weggefahren',
    'place.stayed': 'noch immer dort',
    'speed.exceeded': 'zu schnell',
    'speed.ok-again': 'nicht mehr zu schnell',
    'setting.not-kept': 'behält eine Einstellung nicht',
    'command.concluded': 'ein Befehl ist abgeschlossen',
    'command.corrected': 'ein Befehl hat ein anderes Ergebnis',
    'notifications.held-back': 'Meldungen wurden zurückgehalten',
    'campaign.started': 'eine Kampagne hat begonnen',
    'campaign.paused': 'eine Kampagne wurde angehalten',
    'campaign.resumed': 'eine Kampagne geht weiter',
    'campaign.stopped': 'eine Kampagne hat sich selbst gestoppt',
    'campaign.cancelled': 'eine Kampagne wurde abgebrochen',
    'campaign.finished': 'eine Kampagne ist beendet',
    'webhook.disabled': 'ein Webhook wurde abgeschaltet',
  },
  atPlace: (what, place) => `${what}: ${place}`,
  verdicts: {
    undelivered: 'nicht gesendet',
    rejected: 'abgelehnt',
    contradicted: 'das Gegenteil wurde gesehen',
    confirmed: 'bestätigt',
    unconfirmed: 'beantwortet, ohne Wirkung',
    answered: 'beantwortet',
    unknown: 'unbekannt',
    unanswered: 'unbeantwortet',
    skipped: 'übersprungen',
  },
  facts: {
    fixTime: 'Position von',
    speedKmh: 'Geschwindigkeit',
    limitKmh: 'Grenze',
    topSpeedKmh: 'Höchste Geschwindigkeit',
    since: 'Seit',
    minutes: 'Dauer',
    meters: 'Entfernung',
    lastSeen: 'Letzte Meldung des Trackers',
    silentHours: 'Still seit',
    remoteAddress: 'Adresse',
    name: 'Name',
    model: 'Modell',
    intent: 'Befehl',
    reason: 'Grund',
    setting: 'Einstellung',
    desired: 'Gewünscht',
    reported: 'Der Tracker meldet',
    tries: 'Versuche',
    devices: 'Geräte',
    pending: 'Ohne Ergebnis',
    outcomes: 'Ergebnisse',
    webhookId: 'Webhook',
    failingSince: 'Gestört seit',
    metadata: 'Notiz',
  },
  commands: {
    ...Object.fromEntries(Object.entries(germanCommands).map(([intent, { title }]) => [intent, title])),
    [RAW_INTENT]: 'Bytes',
  },
  settings: {
    intervalOnSeconds: 'Meldeabstand bei Zündung an, in Sekunden',
    intervalOffSeconds: 'Meldeabstand bei Zündung aus, in Sekunden',
    overspeedKmh: 'Geschwindigkeitsalarm, in km/h',
    timeZone: 'Zeitzone',
    powerAlarmOn: 'Stromalarm',
    sleepOn: 'Schlaf',
  },
  reason: (reason) =>
    reasonIn({ words: germanReasons, translate: (sentence) => toGerman(sentence) ?? sentence }, reason),
  stopped: (result, count, of) => `${count} von ${of}: ${result}`,
  device: (deviceId, when) => `Gerät ${deviceId}, ${when}`,
  late: 'Es ist früher geschehen: Der Tracker hatte es aufbewahrt.',
  contested: (owner, other, until) =>
    `Zwei Verbindungen geben sich als dieses Gerät aus: ${owner}, die seine Befehle bekommt, und ${other}. ` +
    `Eine davon kann eine Kopie oder ein Angriff sein. Bis ${until} wird der Motor nicht gesperrt, und Wirkungen bestätigen nichts. ` +
    'Erlauben Sie in den Einstellungen des Geräts nur die Netze des Trackers.',
  dailyLimit:
    'Dieses Gerät hat mehr gesendet, als ein Tracker an einem Tag sendet. Was es sendet, wird weder gespeichert noch bestätigt, bis 24 Stunden seit dem ' +
    'ersten dieser Frames vergangen sind. Vielleicht wird seine ID anderswo verwendet, oder sein Meldeabstand ist zu kurz.',
  movedParked: (distance, since) =>
    `Es ist ${distance} von dort entfernt, wo es seit ${since} geparkt war, und die Zündung ist aus: Vielleicht wird es abgeschleppt oder weggetragen.`,
  sourceRefused: (address) =>
    `Eine Verbindung von ${address} hat die ID dieses Geräts verwendet und wurde abgewiesen: Die Adresse gehört zu keinem seiner Netze. ` +
    'Wenn der Tracker ein neues Netz hat, fügen Sie es in den Einstellungen des Geräts hinzu.',
  also: 'Außerdem, seit der letzten Meldung:',
  held: (name, count) => `${name}: ${count} zurückgehalten`,
  others: 'andere',
  once: (title, when) => `${title}, ${when}`,
  times: (title, count, when) => `${title}: ${count}-mal, zuletzt ${when}`,
}
