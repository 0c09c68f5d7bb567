/** A command in another language than the API's. `params`: the titles of its parameters, by name. */
export type CommandTexts = {
  readonly title: string
  readonly summary: string
  readonly params?: Readonly<Record<string, string>>
}
export type CatalogueTexts = Readonly<Record<string, CommandTexts>>

const interval = { seconds: 'Abstand' }
const onOff = { enable: '1: an, 0: aus' }
const phone = { phone: 'Telefonnummer' }
const two = { phone: 'erste Nummer', phone2: 'zweite Nummer' }
const SLOT = 'Speicherplatz'
const apn = { apn: 'Name des Zugangspunkts', user: 'Benutzer des APN', apnPassword: 'Passwort des APN' }
const OF_CLONES = 'Für Nachbauten mit eigenen SMS-Befehlen.'

/** By intent. The console and notices show them. */
export const germanCommands: CatalogueTexts = {
  'read-status': {
    title: 'Status',
    summary: 'Firmware, ID, Server, Meldeabstände, Stromversorgung, APN, Satelliten, Mobilfunk.',
  },
  'read-firmware': { title: 'Firmware', summary: 'Name und Version der Firmware.' },
  'read-state': {
    title: 'Zustand',
    summary: 'Empfang, Satelliten und Akku. Tracker von LK und TK antworten mit einer LINK-Meldung.',
    params: { mode: 'welcher Teil' },
  },
  'mileage-read': { title: 'Kilometerstand', summary: 'Was der Kilometerzähler zeigt.' },
  'read-speed-limits': {
    title: 'Tempogrenzen (alte Tracker)',
    summary: 'Obere und untere Grenze in Knoten und wie lange. Das fragt nur und ändert nichts.',
  },
  'read-config': {
    title: 'Einstellungen',
    summary:
      'Alle Einstellungen, auch Telefonnummern und Passwörter. Viele Tracker antworten erst nach einem Neustart.',
  },
  'read-info': {
    title: 'Alle Einstellungen (HuaSunTek)',
    summary: 'Akku, Server, Meldeabstände, Telefonnummern, APN.',
  },
  'read-phones': { title: 'Telefonnummern', summary: 'Welche Nummern eingestellt sind.' },
  'read-status-lk': {
    title: 'Status (LK)',
    summary: 'Zustand des Trackers. Was er antwortet, ist nicht bekannt.',
  },
  'read-network': { title: 'SIM und Netz', summary: 'Zustand der SIM-Karte und des Netzes.' },

  'interval-on': {
    title: 'Meldeabstand, Zündung an',
    summary: 'Sekunden zwischen zwei Positionen, solange die Zündung an ist.',
    params: interval,
  },
  'interval-off': {
    title: 'Meldeabstand, Zündung aus',
    summary: 'Sekunden zwischen zwei Positionen, solange die Zündung aus ist. Empfohlen: höchstens 480.',
    params: interval,
  },
  interval: {
    title: 'Meldeabstand',
    summary:
      'Sekunden zwischen zwei Positionen, immer. Alte Tracker antworten nur mit ihrer nächsten Position.',
    params: { ...interval, count: 'wie viele Meldungen; 0 oder 1: eine, 65535: ohne Ende' },
  },
  'interval-lk': {
    title: 'Meldeabstand (LK, TK)',
    summary:
      'Sekunden zwischen zwei Positionen. Tracker von SinoTrack beachten es nicht: Dort ist S71 für Telefonnummern.',
    params: interval,
  },
  'interval-loc': {
    title: 'Meldeabstand (LK, LOC)',
    summary: 'Sekunden zwischen zwei Positionen. Nur von einem einzigen Tracker bekannt.',
    params: interval,
  },
  'interval-tracking': {
    title: 'Meldeabstand (alte Tracker)',
    summary: 'Sekunden zwischen zwei Positionen, bei Trackern der ersten Generation.',
    params: interval,
  },
  'interval-cantrack': {
    title: 'Meldeabstand (Cantrack)',
    summary: 'Sekunden zwischen zwei Positionen.',
    params: interval,
  },
  'interval-on-huasuntek': {
    title: 'Meldeabstand beim Fahren (HuaSunTek)',
    summary: 'Sekunden zwischen zwei Positionen beim Fahren.',
    params: interval,
  },
  'interval-off-huasuntek': {
    title: 'Meldeabstand im Stand (HuaSunTek)',
    summary: 'Sekunden zwischen zwei Positionen im Stand.',
    params: interval,
  },
  'locate-huasuntek': { title: 'Jetzt orten (HuaSunTek)', summary: 'Fragt nach einer Position.' },
  'locate-vsun': { title: 'Position als Text (V-SUN)', summary: 'Fragt nach einer Position als Text.' },
  'gps-on': { title: 'GPS einschalten (V-SUN)', summary: 'Schaltet den GPS-Empfänger ein.' },
  locate: { title: 'Standort abfragen', summary: 'Fragt einmal nach dem Standort, als Text.' },

  'engine-cut': {
    title: 'Motor sperren',
    summary:
      'Öffnet das Kraftstoffrelais. Das Fahrzeug bleibt stehen, auch während der Fahrt. Braucht zwei Schritte und ein eigenes Recht; wird nie für später gespeichert und nie wiederholt.',
  },
  'engine-cut-pulses': {
    title: 'Motor schrittweise sperren',
    summary:
      'Sperrt und gibt frei, abwechselnd für die angegebenen Sekunden, zuerst gesperrt: Das Fahrzeug wird langsamer.',
    params: { seconds: 'Sekunden gesperrt, frei, gesperrt …, durch Kommas getrennt' },
  },
  'engine-restore': {
    title: 'Motor freigeben',
    summary: 'Schließt das Kraftstoffrelais wieder. Das ist immer erlaubt.',
    params: { form: '1,0: wie die meisten Server, 0,0: wie der Hersteller' },
  },
  arm: { title: 'Scharf schalten', summary: 'Überwacht Türen und Bewegung.' },
  disarm: { title: 'Unscharf schalten', summary: 'Beendet die Überwachung.' },

  restart: {
    title: 'Neustart',
    summary:
      'Startet den Tracker neu. Manchmal misslingt es; denselben Server noch einmal einzustellen startet ihn immer neu.',
  },
  'cold-start': {
    title: 'Kaltstart (alte Tracker)',
    summary:
      'Startet Tracker der ersten Generation neu und gibt auch einen gesperrten Motor frei. Ohne Antwort.',
  },
  'factory-reset': {
    title: 'Werkseinstellungen',
    summary: 'Löscht alle Einstellungen, auch APN und Server: Der Tracker kommt vielleicht nie zurück.',
  },
  'set-server': {
    title: 'Server',
    summary:
      'Der Server, an den der Tracker meldet. Er startet neu und verlässt diesen hier. Manche Modelle nehmen nur eine IP-Adresse an.',
    params: { host: 'Server', port: 'Port' },
  },
  'set-apn': {
    title: 'Zugangspunkt (APN)',
    summary:
      'Der Zugangspunkt der SIM-Karte, mit Benutzer und Passwort, wo sie nötig sind. Mit einem falschen ist der Tracker nicht mehr erreichbar.',
    params: apn,
  },
  'set-password': {
    title: 'Passwort des Trackers',
    summary:
      'Das Passwort in Textbefehlen. Nimmt der Tracker das neue an, wird es auch hier beim Gerät gespeichert.',
    params: { newPassword: 'neues Passwort' },
  },
  'sms-mode': {
    title: 'Nur SMS',
    summary: 'Schaltet mobile Daten aus: Danach holt ihn nur eine SMS (710) zurück.',
  },
  'gprs-mode': { title: 'Mobile Daten', summary: 'Meldet über mobile Daten.' },
  sleep: {
    title: 'Schlafen',
    summary:
      'Schläft, wenn er so viele Minuten still steht: keine Daten, bis ihn Bewegung, eine SMS oder ein Anruf weckt.',
    params: { minutes: 'still seit' },
  },
  'sleep-off': { title: 'Nicht schlafen', summary: 'Schläft nie.' },
  'work-mode': {
    title: 'Betriebsart (Cantrack)',
    summary: 'Wie viel der Tracker schläft; 0: gar nicht.',
    params: { mode: 'Betriebsart' },
  },
  'mode-work': { title: 'Immer an (ST-904L)', summary: 'Immer an: Der Akku reicht 18 bis 24 Stunden.' },
  'mode-move': {
    title: 'Nur bei Bewegung (ST-904L)',
    summary: 'Arbeitet, solange sich das Fahrzeug bewegt.',
  },
  'mode-standby': {
    title: 'Bereitschaft (ST-904L)',
    summary:
      'Wacht nur durch eine SMS oder einen Anruf auf und ist bis dahin nicht über das Netz erreichbar.',
  },
  'deep-sleep-bsj': {
    title: 'Tiefschlaf (BSJ)',
    summary: 'Schläft tief und ist nicht über das Netz erreichbar.',
    params: { accessPassword: 'Passwort des Trackers, ab Werk BSJGPS' },
  },
  'restart-huasuntek': { title: 'Neustart (HuaSunTek)', summary: 'Startet den Tracker neu.' },
  'factory-reset-huasuntek': {
    title: 'Werkseinstellungen (HuaSunTek)',
    summary: 'Löscht alle Einstellungen, auch APN und Server.',
  },
  'set-server-huasuntek': {
    title: 'Server (HuaSunTek)',
    summary: 'Wohin der Tracker meldet. Der Port ist hexadezimal (1a7c ist 6780).',
    params: {
      index: '1: zuerst die Adresse, 2: zuerst der Name',
      address: 'IP-Adresse, 00000000: keine',
      portHex: 'Port, hexadezimal',
      host: 'Name des Servers',
    },
  },
  'set-apn-huasuntek': {
    title: 'Zugangspunkt (APN, HuaSunTek)',
    summary: 'Der Zugangspunkt der SIM-Karte. Mit einem falschen ist der Tracker nicht mehr erreichbar.',
    params: apn,
  },
  'set-password-huasuntek': {
    title: 'Passwort des Trackers (HuaSunTek)',
    summary: 'Je sechs Ziffern.',
    params: { oldPassword: 'altes Passwort', newPassword: 'neues Passwort' },
  },
  'set-imei': {
    title: 'IMEI ändern (HuaSunTek)',
    summary: 'Ändert, wer der Tracker ist: Er kommt als anderes Gerät zurück.',
    params: { imei: 'IMEI mit 15 Ziffern' },
  },
  'language-huasuntek': {
    title: 'Sprache (HuaSunTek)',
    summary: 'Sprache seiner Texte.',
    params: { language: 'CN oder EN' },
  },
  'language-toggle': { title: 'Sprache (GT09)', summary: 'Chinesisch oder Englisch.' },
  'power-schedule': {
    title: 'Ein- und Ausschaltzeiten (HuaSunTek)',
    summary: 'Einige Minuten aus, dann einige an, im Lauf von 24 Stunden.',
    params: { type: 'Art', offMinutes: 'aus für', onMinutes: 'an für' },
  },
  'arm-huasuntek': { title: 'Scharf schalten (HuaSunTek)', summary: 'Überwacht Türen und Bewegung.' },
  'disarm-huasuntek': { title: 'Unscharf schalten (HuaSunTek)', summary: 'Beendet die Überwachung.' },
  'time-zone': {
    title: 'Zeitzone',
    summary: 'Nur für die Zeiten in SMS; seine Meldungen bleiben in UTC.',
    params: { zone: 'E: östlich von Greenwich, W: westlich' },
  },
  'mileage-set': {
    title: 'Kilometerstand setzen',
    summary: 'Setzt den Kilometerzähler auf einen Wert.',
    params: { value: 'Kilometerstand' },
  },
  'mileage-reset': {
    title: 'Kilometerstand auf null setzen',
    summary: 'Setzt den Kilometerzähler auf null.',
  },

  'set-owner-phone': {
    title: 'Telefon des Besitzers',
    summary: 'Nummer, die Alarme bekommt und Befehle per SMS senden darf. Es gibt drei Speicherplätze.',
    params: { ...phone, slot: SLOT },
  },
  'set-master-phone': { title: 'Haupttelefon', summary: 'Die Hauptnummer, ohne SMS.', params: phone },
  'set-sos-phones': {
    title: 'SOS-Telefone',
    summary: 'Nummern, die der SOS-Knopf anruft.',
    params: two,
  },
  'set-centre-phone': {
    title: 'Telefon der Zentrale (Cantrack)',
    summary: 'Nummer der Überwachungszentrale.',
    params: phone,
  },
  'set-admin-phones': {
    title: 'Verwalter (Cantrack)',
    summary: 'Nummern, die Befehle per SMS senden dürfen.',
    params: two,
  },
  'delete-phone': {
    title: 'Telefonnummer löschen',
    summary: 'Löscht die Nummer auf einem Speicherplatz.',
    params: { slot: SLOT },
  },
  'set-sos-phone': {
    title: 'SOS-Telefon (GT09)',
    summary: 'Nummer, die der SOS-Knopf anruft. Es gibt drei Speicherplätze.',
    params: { ...phone, slot: SLOT },
  },
  'set-sos-phone-lk': {
    title: 'SOS-Telefon (LK)',
    summary: 'Nummer, die der SOS-Knopf anruft. Nur von einem einzigen Tracker bekannt.',
    params: phone,
  },
  'bind-phones': {
    title: 'Verbundene Telefone (HuaSunTek)',
    summary: 'Bis zu sechs Nummern, die erste ist die Hauptnummer.',
    params: {
      phone: 'Hauptnummer',
      phone2: 'Nummer 2',
      phone3: 'Nummer 3',
      phone4: 'Nummer 4',
      phone5: 'Nummer 5',
      phone6: 'Nummer 6',
    },
  },
  'alarm-key': {
    title: 'Alarm per Taste (HuaSunTek)',
    summary: 'Ob eine Taste eine SMS sendet oder anruft.',
    params: { key: '0: SOS, 1 und 2: die anderen', type: '1: SMS, 2: Anruf' },
  },
  'answer-calls': {
    title: 'Anrufe annehmen (HuaSunTek)',
    summary: 'Ob der Tracker Anrufe annimmt. Wer anruft, kann mithören.',
    params: onOff,
  },
  'calls-stored-only': {
    title: 'Anrufe nur von gespeicherten Nummern',
    summary: 'Der Tracker nimmt nur Anrufe der Nummern an, die er gespeichert hat.',
  },
  'calls-any': {
    title: 'Anrufe von jeder Nummer',
    summary: 'Der Tracker nimmt Anrufe von jeder Nummer an.',
  },
  'listen-in-owner': {
    title: 'Mithören (ruft zurück)',
    summary:
      'Der Tracker ruft seinen Besitzer an und überträgt, was im Fahrzeug zu hören ist. Prüfen Sie, was das Gesetz erlaubt.',
  },
  'listen-in': {
    title: 'Mithören',
    summary:
      'Der Tracker ruft die Nummer an und überträgt, was im Fahrzeug zu hören ist; solange meldet er nichts. Prüfen Sie, was das Gesetz erlaubt.',
    params: phone,
  },

  overspeed: {
    title: 'Tempoalarm',
    summary: 'Alarm über diesem Tempo; 0 schaltet ihn aus.',
    params: { speedKmh: 'Grenze' },
  },
  'overspeed-cantrack': {
    title: 'Tempoalarm (Cantrack)',
    summary: 'Alarm über diesem Tempo.',
    params: { speedKmh: 'Grenze' },
  },
  'overspeed-limits': {
    title: 'Tempogrenzen setzen (alte Tracker)',
    summary:
      'Alarm über einem Tempo und unter einem anderen, in Knoten (100 kn sind 185 km/h), wenn es so lange dauert.',
    params: {
      max: 'obere Grenze, 0: keine',
      min: 'untere Grenze, 0: keine',
      mode: '0: nur fragen, 1: nur gültige Positionen, 2: alle',
      seconds: 'länger als (ab 5), 0: kein Alarm',
    },
  },
  'power-alarm-on': { title: 'Stromalarm an', summary: 'Alarm, wenn die Stromversorgung getrennt wird.' },
  'power-alarm-off': {
    title: 'Stromalarm aus',
    summary: 'Kein Alarm, wenn die Stromversorgung getrennt wird.',
  },
  'power-alarm-sms': { title: 'Stromalarm per SMS', summary: 'An oder aus.', params: onOff },
  'power-alarm-call': { title: 'Stromalarm per Anruf', summary: 'An oder aus.', params: onOff },
  'vibration-alarm-on': {
    title: 'Erschütterungsalarm an',
    summary: 'Alarm, wenn das Fahrzeug so lange erschüttert wird.',
    params: { seconds: 'Dauer' },
  },
  'vibration-alarm-off': {
    title: 'Erschütterungsalarm aus',
    summary: 'Kein Alarm, wenn das Fahrzeug erschüttert wird.',
  },
  'vibration-call-on': { title: 'Anruf bei Erschütterung an', summary: OF_CLONES },
  'vibration-call-off': { title: 'Anruf bei Erschütterung aus', summary: OF_CLONES },
  'alarm-sms-on': { title: 'Alarm-SMS an', summary: OF_CLONES },
  'alarm-sms-off': { title: 'Alarm-SMS aus', summary: OF_CLONES },
  'geofence-on': {
    title: 'Zone an',
    summary: 'Alarm, wenn das Fahrzeug den Kreis um seinen jetzigen Standort verlässt.',
  },
  'geofence-radius': {
    title: 'Radius der Zone',
    summary: 'Radius des Kreises.',
    params: { metres: 'Radius' },
  },
  'geofence-off': { title: 'Zone aus', summary: 'Kein Alarm, wenn das Fahrzeug sie verlässt.' },
  'move-alarm-on': {
    title: 'Bewegungsalarm an (V-SUN)',
    summary: 'Alarm, wenn sich das Fahrzeug weiter als so weit bewegt.',
    params: { km: 'Radius in km, 0.1 bis 999.9' },
  },
  'move-alarm-off': {
    title: 'Bewegungsalarm aus (V-SUN)',
    summary: 'Kein Alarm, wenn sich das Fahrzeug bewegt.',
  },
  'clear-alarms': {
    title: 'Alarme löschen (alte Tracker)',
    summary: 'Löscht anstehende Alarme und gibt auch einen gesperrten Motor frei. Ohne Antwort.',
  },
  'alarm-way-712': { title: 'Alarm-SMS: 712', summary: 'An oder aus; was von beiden, ist nicht bekannt.' },
  'alarm-way-713': { title: 'Alarm-SMS: 713', summary: 'An oder aus; was von beiden, ist nicht bekannt.' },
  'alarm-way-150': { title: 'Alarmanrufe an', summary: 'Alarme auch per Anruf, neben SMS.' },
  'alarm-way-151': { title: 'Alarmanrufe aus', summary: 'Keine Alarme per Anruf.' },
  'alarm-mode': {
    title: 'Art der Alarme',
    summary: 'Je nach Hersteller verschieden.',
    params: { mode: 'Art' },
  },
  'alarm-switch': {
    title: 'Alarm schalten',
    summary: 'Schaltet eine Art von Alarm an oder aus. Welche es gibt, ist je nach Hersteller verschieden.',
    params: { kind: 'Art', ...onOff },
  },
  fence: {
    title: 'Zone einstellen',
    summary: 'Radius und Art; je nach Hersteller verschieden.',
    params: { metres: 'Radius', mode: 'Art' },
  },
  'fatigue-driving': {
    title: 'Ermüdungsalarm',
    summary:
      'So, wie ihn eine Flotte 2010 eingestellt hat; was jede Zahl bedeutet, ist nur daraus geschlossen.',
    params: { driveSeconds: 'Fahrt ohne Pause', restSeconds: 'Pause' },
  },
}
