import type { Sentences } from './translate.ts'
import { germanVerdicts } from './verdicts-de.ts'

/** How the API says which values it accepts (lambdas/api/fault-text.ts), and how parts are joined. */
const grammar: Sentences = {
  text: 'Text',
  null: 'null',
  'a number': 'eine Zahl',
  'a whole number': 'eine ganze Zahl',
  'true or false': 'true oder false',
  'a list': 'eine Liste',
  'an object': 'ein Objekt',
  'one of {}': 'eines von {1}',
  'expected {*}': 'es muss {1} sein',
  'expected {*}, not {*}': 'es muss {1} sein, nicht {2}',
  'is missing: expected {*}': 'fehlt; es muss {1} sein',
  'expected a multiple of {}': 'es muss ein Vielfaches von {1} sein',
  ...Object.fromEntries(
    Object.entries({
      'more than': 'mehr als',
      'at least': 'mindestens',
      'less than': 'weniger als',
      'at most': 'höchstens',
      exactly: 'genau',
    }).flatMap(([relation, german]) => [
      [`a number of ${relation} {}`, `eine Zahl von ${german} {1}`],
      [`a whole number of ${relation} {}`, `eine ganze Zahl von ${german} {1}`],
      [`expected ${relation} {} characters`, `es müssen ${german} {1} Zeichen sein`],
      [`expected ${relation} {} character`, `es muss ${german} {1} Zeichen sein`],
      [`expected ${relation} {} items`, `es müssen ${german} {1} Einträge sein`],
      [`expected ${relation} {} item`, `es muss ${german} {1} Eintrag sein`],
      [`expected ${relation} {} fields`, `es müssen ${german} {1} Felder sein`],
      [`expected ${relation} {} field`, `es muss ${german} {1} Feld sein`],
    ]),
  ),
  '{*} or {*}': '{1} oder {2}',
  '{*} and {*}': '{1} und {2}',
  '{*}; {*}': '{1}; {2}',
}

/** What the API says about requests: lambdas/api, and the checks that it shares with others. */
const requests: Sentences = {
  'expected a body of at most {} bytes; send devices in several':
    'die Anfrage darf höchstens {1} Bytes haben; senden Sie die Geräte in mehreren',
  '{} accepts {}, not {}': '{1} nimmt {2} an, nicht {3}',
  'expected a body of well-formed JSON': 'die Anfrage muss gültiges JSON sein',
  'expected a body of well-formed JSON: a device, or an array of devices':
    'die Anfrage muss gültiges JSON sein: ein Gerät oder eine Liste von Geräten',
  'expected content-type: application/json': 'nötig ist content-type: application/json',
  'expected content-type: application/json or text/csv':
    'nötig ist content-type: application/json oder text/csv',

  // Paths, lists and ranges.
  'cursor: expected one that this list gave out, with the same parameters beside it (limit and format may change); follow `next` as it is, or begin again without a cursor':
    'cursor: er muss von dieser Liste stammen, mit denselben Parametern (limit und format dürfen sich ändern); folgen Sie `next`, wie es ist, oder beginnen Sie ohne cursor von vorn',
  'expected a cursor of this list': 'er muss von dieser Liste stammen',
  'expected a path without empty or dot segments, control characters, and encoded slashes, backslashes, ? or #':
    'der Pfad darf keine leeren Teile, keine Teile aus Punkten, keine Steuerzeichen und keine codierten Schrägstriche, ? oder # enthalten',
  'from: expected a time before `to`': 'from: die Zeit muss vor `to` liegen',
  'expected a time before `to`': 'die Zeit muss vor `to` liegen',
  'expected a day not after `lastDay`': 'der Tag darf nicht nach `lastDay` liegen',
  'expected a day such as 2026-01-31': 'es muss ein Tag sein, wie 2026-01-31',
  'expected at most {} days': 'es dürfen höchstens {1} Tage sein',
  'expected a range of at most {} days': 'der Zeitraum darf höchstens {1} Tage lang sein',
  'expected a range with at most {} frames; ask for fewer days':
    'im Zeitraum dürfen höchstens {1} Frames liegen; wählen Sie weniger Tage',
  'an ISO 8601 time with its zone, such as 2026-01-31T08:00:00Z or 2026-01-31T09:00:00+01:00':
    'eine Zeit nach ISO 8601 mit ihrer Zone, wie 2026-01-31T08:00:00Z oder 2026-01-31T09:00:00+01:00',
  'expected a whole number from 1 to {}': 'es muss eine ganze Zahl von 1 bis {1} sein',
  'expected 1 to {}': 'es muss 1 bis {1} sein',
  'expected true': 'es muss true sein',
  'expected some of {}': 'es müssen welche von {1} sein',
  'expected an IANA time zone such as Europe/Madrid':
    'es muss eine Zeitzone der IANA sein, wie Europe/Madrid',
  'expected an Accept header with one of {}, or format={}':
    'nötig ist ein Accept mit einem von {1}, oder format={2}',
  'last-event-id: expected the id of an event of this stream':
    'last-event-id: es muss die ID eines Ereignisses dieses Datenstroms sein',
  'expected the id of an event': 'es muss die ID eines Ereignisses sein',
  'this installation cannot stream: poll GET /v1/events with its nextCursor instead':
    'hier gibt es keinen Datenstrom: Fragen Sie GET /v1/events mit nextCursor ab',
  'expected 1 to 255 visible ASCII characters, such as a UUID':
    'es müssen 1 bis 255 sichtbare ASCII-Zeichen sein, wie eine UUID',
  'expected degrees as a decimal number': 'es müssen Grad als Dezimalzahl sein',
  'expected an ISO 639-1 code such as en': 'es muss ein Code nach ISO 639-1 sein, wie de',
  'this installation has no geocoder; its operator can set one (--geocoder, or the setting geocoder)':
    'hier gibt es keinen Adressdienst; wer diese Installation betreibt, kann einen einstellen (--geocoder)',
  'this Idempotency-Key was used for another request; expected the same method, path and body, or a new key':
    'dieser Idempotency-Key wurde für eine andere Anfrage benutzt; nötig sind dieselbe Anfrage oder ein neuer Schlüssel',

  // Fields in general.
  'unknown: {}; accepted: {}': 'unbekannt: {1}; es gibt: {2}',
  'expected at least one of {}': 'es muss mindestens eines von {1} sein',
  'expected text without control characters, bidirectional marks, invisible characters and lone surrogates':
    'der Text darf keine Steuerzeichen, Zeichen für die Schreibrichtung, unsichtbaren oder halben Zeichen enthalten',

  // Devices and labels.
  '{} is registered already; change it with PATCH /v1/devices/{}': '{1} ist schon registriert',
  'expected a device id: 1 to 15 digits, as the tracker sends it':
    'es muss eine Geräte-ID sein: 1 bis 15 Ziffern, wie der Tracker sie sendet',
  'expected 1 to 16 letters or digits, such as 0000':
    'es müssen 1 bis 16 Buchstaben oder Ziffern sein, wie 0000',
  'expected a time zone: a multiple of 15 from -720 to 840':
    'es muss eine Zeitzone sein: ein Vielfaches von 15 von -720 bis 840',
  'expected a network such as 198.51.100.0/24 or 2001:db8::/32':
    'es muss ein Netz sein, wie 198.51.100.0/24 oder 2001:db8::/32',
  'expected at least one network; null allows any': 'es muss mindestens ein Netz sein; null erlaubt jedes',
  'ignitionInverted contradicts ignitionWiring': 'ignitionInverted widerspricht ignitionWiring',
  'expected a host name in lower case such as gps.example.com, or an IP address':
    'es muss ein Hostname in Kleinbuchstaben sein, wie gps.example.com, oder eine IP-Adresse',
  'expected a public address: private, link-local and reserved ones are refused':
    'es muss eine öffentliche Adresse sein: Private, lokale und reservierte werden abgelehnt',
  'relays are off in this installation; whoever operates it can turn them on':
    'Weiterleitungen sind hier abgeschaltet; wer diese Installation betreibt, kann sie einschalten',
  'expected a name of 1 to 63 letters, digits, `.`, `_`, `/` and `-`':
    'es muss ein Name aus 1 bis 63 Buchstaben, Ziffern, `.`, `_`, `/` und `-` sein',
  'expected at most {} characters': 'es dürfen höchstens {1} Zeichen sein',
  'expected at least one label': 'es muss mindestens ein Label sein',
  'expected 1 to {} conditions such as fleet=north,depot: name=value, or a name alone for any value':
    'es müssen 1 bis {1} Bedingungen sein, wie fleet=north,depot: Name=Wert, oder ein Name allein für jeden Wert',
  'expected at most {} labels, not {}': 'es dürfen höchstens {1} Labels sein, nicht {2}',
  '{*} and {*} differ in case only; take one away with null':
    '{1} und {2} unterscheiden sich nur in Groß- und Kleinschreibung; entfernen Sie eines',
  'this key is restricted to other devices': 'dieser Schlüssel gilt nur für andere Geräte',
  'this key is restricted to devices with the labels {}: a device must get them, and keeps them':
    'dieser Schlüssel gilt nur für Geräte mit den Labels {1}: Ein Gerät muss sie bekommen und behalten',
  'expected at most {} devices in one request, not {}':
    'eine Anfrage darf höchstens {1} Geräte enthalten, nicht {2}',
  'the same id as in line {}': 'dieselbe ID wie in Zeile {1}',
  'line {}: {*}': 'Zeile {1}: {2}',
  'column {}': 'Spalte {1}',
  'expected at least one device': 'es muss mindestens ein Gerät sein',
  'expected a first line that names columns out of {} (deviceId at least), not "{}"':
    'die erste Zeile muss Spalten aus {1} nennen (mindestens deviceId), nicht „{2}“',
  'expected deviceIds or labels, one of them': 'es muss eines von deviceIds und labels sein',
  'more than {} devices have these labels: narrow them, or watch them in several views':
    'mehr als {1} Geräte haben diese Labels: Wählen Sie weniger, oder mehrere Ansichten',

  // Keys and links.
  'expected devices or deviceIds, not both': 'es darf nur eines von devices und deviceIds sein',
  'expected ids, labels or both; null for all devices':
    'nötig sind ids, labels oder beide; null für alle Geräte',
  'expected a time in the future': 'die Zeit muss in der Zukunft liegen',
  'a key can only give the scopes that it has: {}; not {}':
    'ein Schlüssel kann nur Rechte vergeben, die er hat: {1}; nicht {2}',
  'this key is restricted to some devices: it can give those, or some of them, to another key; its own labels must be among the labels':
    'dieser Schlüssel gilt nur für einige Geräte: Er kann nur diese oder einige davon weitergeben; seine Labels müssen unter den Labels sein',
  'a key cannot give more time than it has: expiresAt is later than its own':
    'ein Schlüssel kann nicht länger gelten als der, der ihn anlegt',
  'key {} may do more than yours, or for longer: only a key that may do as much can rotate it':
    'der Schlüssel {1} darf mehr als Ihrer, oder länger: Nur ein Schlüssel mit ebenso vielen Rechten kann ihn erneuern',
  'expected a chain of at most {} keys that created one another':
    'höchstens {1} Schlüssel dürfen einander angelegt haben',
  'this requires a key with scope {}; yours has: {}':
    'dazu braucht der Schlüssel das Recht {1}; Ihrer hat: {2}',
  'expected at most {} links per device: delete one first':
    'ein Gerät kann höchstens {1} Links haben: Löschen Sie zuerst einen',
  'expected the key of a link created by POST {}': 'nötig ist der Schlüssel eines Links von POST {1}',

  // Commands.
  'expected 1 to {} printable ASCII characters': 'es müssen 1 bis {1} druckbare ASCII-Zeichen sein',
  'expected no other placeholders than {}': 'es darf keine anderen Platzhalter geben als {1}',
  'it holds a command that cuts the engine, which is never sent by a name':
    'er enthält einen Befehl, der den Motor sperrt: Der wird nie unter einem Namen gesendet',
  'it holds what may be a password, an access point or a phone number, and everyone with scope read would see it: write {password} for the password of the device, and leave out the others':
    'er enthält vielleicht ein Passwort, einen Zugangspunkt oder eine Telefonnummer, und alle mit dem Recht read würden es sehen: Schreiben Sie {password} statt des Passworts, und lassen Sie anderes weg',
  'expected 1 to 40 of a–z, 0–9 and -': 'es müssen 1 bis 40 Zeichen aus a–z, 0–9 und - sein',
  'expected at most {} named commands; delete one first':
    'es kann höchstens {1} benannte Befehle geben; löschen Sie zuerst einen',
  'expected names of 1 to 40 letters, digits, _, . and -, beginning with a letter':
    'Namen müssen aus 1 bis 40 Buchstaben, Ziffern, _, . und - bestehen und mit einem Buchstaben beginnen',
  'expected at most {} bytes of JSON': 'es dürfen höchstens {1} Bytes JSON sein',
  'expected Latin-1 text; other bytes go as rawHex':
    'es muss Text in Latin-1 sein; andere Bytes gehen als rawHex',
  'expected pairs of hex digits, such as 43585a54': 'es müssen Paare von Hexziffern sein, wie 43585a54',
  'goes with an intent, not with {}': 'gehört zu intent, nicht zu {1}',
  'expected the id of a command: 16 letters and digits':
    'es muss die ID eines Befehls sein: 16 Buchstaben und Ziffern',
  'the catalogue does not recognize these bytes completely':
    'der Katalog kennt diese Bytes nicht vollständig',
  '"{}" acts on a car that may be moving': '„{1}“ wirkt auf ein Fahrzeug, das vielleicht fährt',
  '{*}; send it with "confirm": true if you want that':
    '{1}; senden Sie ihn mit "confirm": true, wenn Sie das wollen',
  'no such intent; {}GET /v1/devices/{}/catalogue has all':
    'diesen Befehl gibt es nicht; {1}alle stehen in GET /v1/devices/{2}/catalogue',
  '{} is known in {} only': '{1} ist nur in {2} bekannt',
  'is experimental': 'ist experimentell',
  'is not known of {*}': 'ist für {1} nicht bekannt',
  'a device without a model': 'ein Gerät ohne Modell',
  '{} {*}, so `auto` does not choose: name {}': '{1} {2}, darum wählt `auto` nicht: Nennen Sie {3}',
  '"queue": true lets this command wait until it can be sent, for at most expiresInSeconds':
    'mit "queue": true wartet er, bis er gesendet werden kann, höchstens expiresInSeconds',
  'the command has already concluded: {*}': 'der Befehl ist schon abgeschlossen: {1}',
  'probe {} is still running: GET /v1/devices/{}/probe shows how far it is, DELETE /v1/devices/{}/commands ends it':
    'die Abfrage {1} läuft noch',
  'may give others power over the car, let them listen in, or silence its alarms':
    'kann anderen Macht über das Fahrzeug geben, sie mithören lassen oder Alarme abschalten',
  'may make the device unreachable over the network, or lose its settings':
    'kann das Gerät im Netz unerreichbar machen oder seine Einstellungen löschen',
  'acts on a car that may be moving': 'wirkt auf ein Fahrzeug, das vielleicht fährt',
  'contains bytes that the catalogue does not recognize, so their effect is not known':
    'enthält Bytes, die der Katalog nicht kennt: Was sie bewirken, ist nicht bekannt',

  // Parameters of commands.
  'a whole number of {} to {}': 'eine ganze Zahl von {1} bis {2}',
  'a phone number: 5 to 20 digits, + may come first':
    'eine Telefonnummer aus 5 bis 20 Ziffern, mit oder ohne + davor,',
  'an IPv4 address, as 192.0.2.1': 'eine IPv4-Adresse wie 192.0.2.1',
  'a host name or an IPv4 address of at most 60 characters, as tracker.example.com':
    'ein Hostname wie tracker.example.com oder eine IPv4-Adresse, mit höchstens 60 Zeichen,',
  'an access point name: letters, digits, points, dashes, underscores; no blank; at most 63':
    'der Name eines Zugangspunkts aus höchstens 63 Buchstaben, Ziffern, Punkten, Binde- und Unterstrichen',
  '4 to 6 digits': 'eine Folge von 4 bis 6 Ziffern',
  '1 to 32 printable characters, none of them a blank, comma, # or *':
    'ein Text aus 1 bis 32 druckbaren Zeichen ohne Leerzeichen, Komma, # und *',
  'text that fits {}': 'ein Text nach dem Muster {1}',
  'must be {*}': 'es muss {1} sein',
  'is missing: {*}': 'fehlt; es muss {1} sein',
  'is missing: it goes together with {}': 'fehlt: es gehört zu {1}',
  'is not known: {*}': 'ist nicht bekannt; {1}',
  'accepted: {}': 'es gibt: {1}',
  '{} accepts none': '{1} hat keine',
  'expected {}: the opposite has to be confirmed, so it is sent by hand':
    'es muss {1} sein: Das Gegenteil verlangt eine Bestätigung, also wird es von Hand gesendet',

  // Why the bytes of a command are not sent.
  '{} has no words in the {} dialect': '{1} gibt es nicht in der Schreibweise {2}',
  'the password of the device must be 4 to 6 digits': 'das Passwort des Geräts muss 4 bis 6 Ziffern haben',
  '{} lacks a parameter': '{1} fehlt ein Parameter',
  'a maker code is two letters': 'der Code des Herstellers muss aus zwei Buchstaben bestehen',
  'a device id is letters and digits': 'die Geräte-ID muss aus Buchstaben und Ziffern bestehen',
  'a tracker could read it as {*}': 'ein Tracker könnte ihn lesen als {1}',
  'nothing known': 'nichts Bekanntes',
  'the command {}': 'den Befehl {1}',
  '{} must be an IPv4 address in the h02 dialect': '{1} muss in der Schreibweise h02 eine IPv4-Adresse sein',
  'the bytes hold a "#" without a "*" before it: together with bytes written before they could form another command':
    'die Bytes enthalten ein „#“ ohne „*“ davor: Mit früher gesendeten könnten sie einen anderen Befehl ergeben',
  'the bytes begin a frame with "*" and do not end it with "#": bytes written later would become part of it':
    'die Bytes beginnen einen Frame mit „*“ und beenden ihn nicht mit „#“: Was später gesendet wird, gehörte dazu',
  'together with the bytes written before, which have no end, it could be read as another, more dangerous command; the next acknowledgement, or any command as an *HQ frame, ends them: then it can be sent again':
    'mit den zuvor gesendeten Bytes, die kein Ende haben, könnte er als ein anderer, gefährlicherer Befehl gelesen werden; die nächste Bestätigung oder ein Befehl als *HQ-Frame beendet sie: Dann kann er wieder gesendet werden',

  // Campaigns.
  '"{}" may act on a car that is moving: a campaign never sends it':
    '„{1}“ wirkt vielleicht auf ein fahrendes Fahrzeug: Eine Kampagne sendet das nie',
  'expected at least {}: "{}" is {*}, and goes to {} devices':
    'es müssen mindestens {1} sein: „{2}“ ist {3} und geht an {4} Geräte',
  'expected a share below 1, such as 0.2, or a whole number of devices':
    'es muss ein Anteil unter 1 sein, wie 0.2, oder eine ganze Zahl von Geräten',
  'expected the id of a campaign: 16 letters and digits':
    'es muss die ID einer Kampagne sein: 16 Buchstaben und Ziffern',
  'expected a selection of at most {} devices; select fewer, and make another campaign for the rest':
    'eine Kampagne kann höchstens {1} Geräte haben; wählen Sie weniger, und legen Sie für den Rest eine weitere an',
  'no device matches all of it': 'kein Gerät entspricht allem davon',
  'not registered: {}': 'nicht registriert: {1}',
  'the campaign is {*}; expected {*}': 'die Kampagne: {1}; nötig ist {2}',
  'one that is running': 'eine, die läuft',
  'one that is paused': 'eine, die pausiert',
  'one that is running or paused': 'eine, die läuft oder pausiert',

  // Schedules and settings that a tracker should keep.
  'expected a duration of {} minutes to {} days: seconds, or a text such as 15m, 1h or 1d':
    'es muss eine Dauer von {1} Minuten bis {2} Tagen sein: Sekunden oder ein Text wie 15m, 1h oder 1d',
  'expected 1 to 40 lower-case letters, digits and -, not beginning with -':
    'es müssen 1 bis 40 Kleinbuchstaben, Ziffern und - sein, nicht mit - am Anfang',
  'expected one of every, cron': 'es muss eines von every und cron sein',
  'goes with cron, not with every': 'gehört zu cron, nicht zu every',
  'expected five fields (minute, hour, day of month, month, day of week), such as 0 6 * * 1-5':
    'es müssen fünf Felder sein (Minute, Stunde, Tag des Monats, Monat, Wochentag), wie 0 6 * * 1-5',
  'expected an expression that has a next time': 'der Ausdruck muss einen nächsten Zeitpunkt haben',
  'expected runs at least {} minutes apart': 'zwischen zwei Zeitpunkten müssen mindestens {1} Minuten liegen',
  'expected a harmless read such as read-status: schedules send nothing else':
    'es muss eine harmlose Abfrage sein, wie read-status: Zeitpläne senden nichts anderes',
  'a device has at most {} schedules; DELETE one of {} first':
    'ein Gerät kann höchstens {1} Zeitpläne haben; löschen Sie zuerst einen von {2}',

  // Places.
  'two corners in a row are the same': 'zwei Ecken nacheinander sind gleich',
  'the polygon goes around a pole; draw a circle there':
    'das Vieleck umschließt einen Pol; zeichnen Sie dort einen Kreis',
  'the polygon is wider than 180° of longitude': 'das Vieleck ist breiter als 180 Längengrade',
  'the polygon crosses itself: edges {} and {} meet':
    'das Vieleck überschneidet sich: Die Kanten {1} und {2} treffen sich',
  'all corners lie on one line': 'alle Ecken liegen auf einer Linie',
  'expected at most {} places': 'es kann höchstens {1} Orte geben',

  // Notices and webhooks.
  'a topic of 1 to 64 letters, digits, _ and -': 'ein Thema aus 1 bis 64 Buchstaben, Ziffern, _ und -',
  'an access token of the server': 'ein Zugangstoken des Servers',
  'the token of a bot, as BotFather gives it': 'das Token eines Bots, wie es BotFather ausgibt,',
  'the token of an application': 'das Token einer Anwendung',
  'the key of a user or a group': 'der Schlüssel eines Nutzers oder einer Gruppe',
  'expected the URL of a server, without a query': 'es muss die URL eines Servers sein, ohne Query',
  'expected the number of a chat, or @ and the name of a channel':
    'es muss die Nummer eines Chats sein, oder @ und der Name eines Kanals',
  'expected an e-mail address': 'es muss eine E-Mail-Adresse sein',
  'expected a time of day such as 22:00': 'es muss eine Uhrzeit sein, wie 22:00',
  'expected another time than from': 'die Uhrzeit muss eine andere sein als from',
  'expected the id of a place': 'es muss die ID eines Orts sein',
  'expected the id of a channel': 'es muss die ID eines Kanals sein',
  'no channel {}; GET /v1/notice-channels lists them, and POST makes one': 'den Kanal {1} gibt es nicht',
  'e-mail goes through SNS, which this installation does not have; use ntfy, which can pass notices on by e-mail, or a webhook':
    'E-Mail geht über SNS, das es hier nicht gibt; nehmen Sie ntfy, das Meldungen per E-Mail weitergeben kann, oder einen Webhook',
  'expected at most {} channels': 'es kann höchstens {1} Kanäle geben',
  'expected at most {} rules': 'es kann höchstens {1} Regeln geben',
  'expected at most {} webhooks': 'es kann höchstens {1} Webhooks geben',
  'these rules use the channel: {}; give them another channel, or delete them first':
    'diese Regeln benutzen den Kanal: {1}; geben Sie ihnen einen anderen Kanal, oder löschen Sie sie zuerst',
  'expected at least one type, or *': 'es muss mindestens ein Typ sein, oder *',
  'expected types, or * alone': 'es müssen Typen sein, oder * allein',
  'events of type {} are not kept, or the event was deleted':
    'Ereignisse des Typs {1} werden nicht aufbewahrt, oder das Ereignis wurde gelöscht',
  'expected an https URL of at most {} characters': 'es muss eine https-URL mit höchstens {1} Zeichen sein',
  'expected an https URL. {*}': 'es muss eine https-URL sein. {1}',
  'expected a URL without a user name and a password: deliveries are signed instead':
    'die URL darf keinen Benutzer und kein Passwort enthalten: Zustellungen werden stattdessen signiert',
  'expected a URL without a fragment': 'die URL darf kein # enthalten',
  'An installation on one machine accepts http and private addresses when it is started with --webhook-private':
    'Auf einem einzelnen Rechner sind http und private Adressen erlaubt, wenn er mit --webhook-private gestartet wurde',

  // The MQTT broker.
  '{} accepts GET, PUT, DELETE, not {}': '{1} nimmt GET, PUT und DELETE an, nicht {2}',
  'this key was deleted or has expired just now':
    'dieser Schlüssel wurde soeben gelöscht oder ist abgelaufen',
  'this key is for some devices only, and the broker gets all: use a key for all devices':
    'dieser Schlüssel gilt nur für einige Geräte, und der Broker bekommt alle: Nehmen Sie einen für alle Geräte',
  'the broker is set on the command line (--mqtt, or MQTT_URL): start without it to set the broker here':
    'der Broker steht in der Befehlszeile (--mqtt oder MQTT_URL): Starten Sie ohne das, um ihn hier einzustellen',
  'The broker before was not connected or did not answer in time, so it still has what was published there.':
    'Der Broker davor war nicht verbunden oder hat nicht rechtzeitig geantwortet, also steht dort noch, was gesendet wurde.',
  'expected a JSON object with {}': 'es muss ein JSON-Objekt mit {1} sein',
  'is unknown: there are {}': 'ist unbekannt; es gibt {1}',
  'names another broker or user: type its password again':
    'nennt einen anderen Broker oder Benutzer: Geben Sie das Passwort noch einmal ein',
  'expected at most {} bytes': 'es dürfen höchstens {1} Bytes sein',
  'must be like mqtt://user:password@192.168.1.2:1883, or mqtts://…':
    'es muss eine URL sein wie mqtt://user:password@192.168.1.2:1883 oder mqtts://…',
  'must be letters, digits, _ and -, not {}': 'es müssen Buchstaben, Ziffern, _ und - sein, nicht {1}',
  'must be a topic, not {}': 'es muss ein Topic sein, nicht {1}',
  'must be {*}, not {}': 'es muss {1} sein, nicht {2}',
  'must be one of {}, not {}': 'es muss eines von {1} sein, nicht {2}',
}

/** What a server on one machine says to a browser that has opened it by a wrong name. */
const names: Sentences = {
  'Pages of other origins may not use this API': 'Seiten anderer Herkunft dürfen diese API nicht benutzen',
  'This server does not answer under the name {}. Open it by one of: {}. If {} is a name of yours, start the server with --http-origin {}://{}':
    'Dieser Server antwortet nicht unter dem Namen {1}. Öffnen Sie ihn unter: {2}. Wenn {3} ein Name von Ihnen ist, starten Sie den Server mit --http-origin {4}://{5}',
  'This server answers only under its own names: {}. --http-origin adds another one':
    'Dieser Server antwortet nur unter seinen eigenen Namen: {1}. --http-origin fügt einen hinzu',
}

/** Why something did not reach another server. */
const connections: Sentences = {
  'the host {} has no address': 'der Host {1} hat keine Adresse',
  'the host {} is not at a public address. {*}': 'der Host {1} hat keine öffentliche Adresse. {2}',
  'this installation sends no e-mail': 'diese Installation sendet keine E-Mail',
  'the webhook has expired': 'der Webhook ist abgelaufen',
  'the webhook is disabled': 'der Webhook ist abgeschaltet',
  'no whole answer within {} s': 'keine vollständige Antwort in {1} s',
  'the connection was closed': 'die Verbindung wurde geschlossen',
  'the connection failed: {*}': 'die Verbindung ist misslungen: {1}',
  'SNS accepted it. It arrives when the address was confirmed by the link in the first mail.':
    'SNS hat sie angenommen. Sie kommt an, sobald die Adresse über den Link in der ersten Mail bestätigt ist.',
  'SNS refused it: {}': 'SNS hat sie abgelehnt: {1}',
  'the connection ended': 'die Verbindung ist abgerissen',
  'the broker refused a subscription: {*}': 'der Broker hat ein Abonnement abgelehnt: {1}',
  '{} cannot be used: {*}. Set the broker again.':
    '{1} ist nicht brauchbar: {2}. Stellen Sie den Broker neu ein.',
  'it is not JSON': 'es ist kein JSON',
}

/** Errors of sockets, of TLS and of MQTT brokers, which have no texts in this repository. Others are shown as they are. */
const fromOutside: Sentences = {
  ECONNREFUSED: 'abgelehnt, dort läuft kein Server (ECONNREFUSED)',
  ECONNRESET: 'abgebrochen (ECONNRESET)',
  EPIPE: 'abgebrochen (EPIPE)',
  ETIMEDOUT: 'keine Antwort (ETIMEDOUT)',
  EHOSTUNREACH: 'der Rechner ist nicht erreichbar (EHOSTUNREACH)',
  ENETUNREACH: 'das Netz ist nicht erreichbar (ENETUNREACH)',
  ENOTFOUND: 'der Name hat keine Adresse (ENOTFOUND)',
  EAI_AGAIN: 'der Name ließ sich gerade nicht auflösen (EAI_AGAIN)',
  EPROTO: 'der Server spricht kein TLS (EPROTO)',
  CERT_HAS_EXPIRED: 'das Zertifikat ist abgelaufen (CERT_HAS_EXPIRED)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'das Zertifikat ist selbst signiert (DEPTH_ZERO_SELF_SIGNED_CERT)',
  SELF_SIGNED_CERT_IN_CHAIN: 'das Zertifikat ist selbst signiert (SELF_SIGNED_CERT_IN_CHAIN)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'dem Zertifikat fehlt das der ausstellenden Stelle (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'das Zertifikat gilt für einen anderen Namen (ERR_TLS_CERT_ALTNAME_INVALID)',
  'connect {*} {}': '{2}: {1}',
  'read {*}': '{1}',
  'getaddrinfo {*} {}': '{2}: {1}',
  'connack timeout': 'der Broker hat nicht geantwortet',
  'Keepalive timeout': 'der Broker hat nicht mehr geantwortet',
  'Connection refused: Unacceptable protocol version':
    'der Broker hat die Verbindung abgelehnt: Er kennt diese Version von MQTT nicht',
  'Connection refused: Identifier rejected':
    'der Broker hat die Verbindung abgelehnt: Der Name des Clients ist nicht erlaubt',
  'Connection refused: Server unavailable': 'der Broker hat die Verbindung abgelehnt: Er ist nicht verfügbar',
  'Connection refused: Bad username or password':
    'der Broker hat die Verbindung abgelehnt: Benutzer oder Passwort ist falsch',
  'Connection refused: Not authorized':
    'der Broker hat die Verbindung abgelehnt: Das ist nicht erlaubt, oder Benutzer oder Passwort ist falsch',
  'self-signed certificate': 'das Zertifikat ist selbst signiert',
  'self-signed certificate in certificate chain': 'das Zertifikat ist selbst signiert',
  'certificate has expired': 'das Zertifikat ist abgelaufen',
  'unable to verify the first certificate': 'dem Zertifikat fehlt das der ausstellenden Stelle',
  'Unexpected server response: {}': 'der Server hat mit {1} geantwortet',
}

/** What a frame lacks: warnings of the decoder, and why a frame was not decoded. */
const frames: Sentences = {
  'records of {} bytes are not known: tail kept raw':
    'Datensätze von {1} Bytes sind nicht bekannt: das Ende ist nicht gelesen',
  'coordinates are out of range': 'die Koordinaten gibt es nicht',
  'course {} is not a course': 'den Kurs {1} gibt es nicht',
  'binary record cut off after {} of at least {} bytes':
    'der binäre Datensatz endet nach {1} von mindestens {2} Bytes',
  'binary record without a valid header': 'der binäre Datensatz hat keinen gültigen Anfang',
  'X record with a header that is not BCD': 'der X-Datensatz hat einen Anfang, der nicht BCD ist',
  'coordinate {} is out of range': 'die Koordinate {1} gibt es nicht',
  "coordinate '{}' is not degrees and minutes": 'die Koordinate „{1}“ besteht nicht aus Grad und Minuten',
  '{} bytes that are no frame': '{1} Bytes, die kein Frame sind',
  'text frame of {} bytes': 'ein Textframe von {1} Bytes',
  'text frame does not begin with * and a maker': 'der Textframe beginnt nicht mit * und einem Hersteller',
  'the device id is not 1 to 15 digits': 'die Geräte-ID besteht nicht aus 1 bis 15 Ziffern',
  "no reader for type '{}'": 'den Typ „{1}“ kann niemand lesen',
  'unknown type {}, read as V1': 'unbekannter Typ {1}, als V1 gelesen',
  'ALRM without a type': 'ALRM ohne Art des Alarms',
  'alarm type {} is not known': 'die Art des Alarms {1} ist nicht bekannt',
  'BASE ends before its status': 'BASE endet vor dem Status',
  'BC without points': 'BC ohne Punkte',
  "'{}' is not a stored position": '„{1}“ ist keine gespeicherte Position',
  'BC without a position': 'BC ohne Position',
  "'{}' is not an ICCID": '„{1}“ ist keine ICCID',
  'LINK ends before its date': 'LINK endet vor dem Datum',
  'NBR without a status word': 'NBR ohne Statuswort',
  "validity '{}' is none of A, V and B": 'die Gültigkeit „{1}“ ist weder A noch V noch B',
  "{*} '{}' is not a {}": '{1} „{2}“ gibt es nicht',
  'comma missing between date and status': 'zwischen Datum und Status fehlt ein Komma',
  'fix date without time of day': 'die Position hat ein Datum ohne Uhrzeit',
  "status '{}' is not 8 hex digits": 'der Status „{1}“ besteht nicht aus 8 Hexziffern',
  '{} without a position body': '{1} ohne Position',
  'neither time, position nor status': 'weder Zeit noch Position noch Status',
  'V19 without a position body': 'V19 ohne Position',
  'cell count says {}, {} {*}': 'die Anzahl der Zellen ist {1}, aber {2} {3}',
  'group follows': 'Gruppe folgt',
  'groups follow': 'Gruppen folgen',
  'V3 has neither a position body nor cells': 'V3 hat weder Position noch Zellen',
  'V4 names no command': 'V4 nennt keinen Befehl',
  "'{}' is no wifi station": '„{1}“ ist keine WLAN-Station',
  'V5 has neither a position body nor wifi stations': 'V5 hat weder Position noch WLAN-Stationen',
  'V6 of another firmware: parameters, no position':
    'V6 einer anderen Firmware: Parameter statt einer Position',
  'V8 without a position body': 'V8 ohne Position',
  "cell group '{}' is not lac, cid, rssi": 'die Zelle „{1}“ besteht nicht aus LAC, CID und RSSI',
  'VP1 has neither a position nor cells': 'VP1 hat weder Position noch Zellen',
  'there is no date {}': 'das Datum {1} gibt es nicht',
  'there is no time of day {}': 'die Uhrzeit {1} gibt es nicht',
  'minutes overflow': 'die Minuten laufen über',
  'seconds overflow': 'die Sekunden laufen über',
  "time '{}' is not HHMMSS": 'die Zeit „{1}“ ist nicht HHMMSS',
  "date '{}' is not DDMMYY": 'das Datum „{1}“ ist nicht TTMMJJ',
}

/** What the gateway says about a command: why it was not written, and the notes of its timeline. */
const commands: Sentences = {
  'the session that it names is not here': 'die genannte Sitzung gibt es hier nicht',
  'it was already reported as not received': 'er galt schon als nicht angekommen',
  'it arrived too late': 'er kam zu spät an',
  'another command awaits its reply': 'ein anderer Befehl wartet auf seine Antwort',
  'a restore is in progress': 'der Motor wird gerade freigegeben',
  'no such command: {}': 'diesen Befehl gibt es nicht: {1}',
  'the same command word was sent too often in the last seconds':
    'dasselbe Befehlswort wurde in den letzten Sekunden zu oft gesendet',
  'there are no bytes to write': 'es gibt keine Bytes zu senden',
  'the same command word with the same time was sent a moment ago':
    'dasselbe Befehlswort mit derselben Zeit wurde eben erst gesendet',
  'it is dangerous, and the delivery has no limits for it':
    'er ist gefährlich, und es fehlen die Grenzen dafür',
  'two connections claim to be this device, until {}':
    'zwei Verbindungen geben sich als dieses Gerät aus, bis {1}',
  'another connection of this device was active {} s ago':
    'eine andere Verbindung dieses Geräts war vor {1} s aktiv',
  'the device sent more frames in the last minute than can be judged':
    'das Gerät hat in der letzten Minute mehr Frames gesendet, als sich prüfen lassen',
  'it contains a secret, and this connection comes from a network that is new for the device; it is written {*}':
    'er enthält ein Geheimnis, und die Verbindung kommt aus einem für das Gerät neuen Netz; er wird {1} gesendet',
  'after two frames and a minute without another connection':
    'nach zwei Frames und einer Minute ohne andere Verbindung',
  'from {}, if no other connection of the device sends anything until then':
    'ab {1}, wenn bis dahin keine andere Verbindung des Geräts etwas sendet,',
  'the last position has no fix ({} old)': 'die letzte Position ist ungültig ({1} alt)',
  'the last fix has no speed': 'die letzte Position hat kein Tempo',
  '{*}, {} old': '{1}, {2} alt',
  '{} km/h': '{1} km/h',
  'no speed': 'kein Tempo',
  'last fix: {*}': 'letzte Position: {1}',
  'moving: last fix {*}; the limit is {} km/h': 'es fährt: letzte Position {1}; die Grenze ist {2} km/h',
  'parked: last fix {*}': 'geparkt: letzte Position {1}',
  'the last fix is {} old; the limit is {}': 'die letzte Position ist {1} alt; die Grenze ist {2}',
  'no position with a usable time has been received': 'es kam keine Position mit einer brauchbaren Zeit',
  'the last fix is {} ahead of our clock, which proves nothing':
    'die letzte Position geht unserer Uhr {1} vor und beweist nichts',

  'Not counted as its reply: it may answer a command of the other server':
    'Zählt nicht als Antwort: Es kann die auf einen Befehl des anderen Servers sein',
  'Two connections claim to be this device: what their frames show proves no effect':
    'Zwei Verbindungen geben sich als dieses Gerät aus: Was ihre Frames zeigen, beweist keine Wirkung',
  'A command of the other server was written: a text that comes now does not count as a late reply':
    'Ein Befehl des anderen Servers wurde gesendet: Ein Text, der jetzt kommt, zählt nicht als späte Antwort',
  'Bytes arrived that are not a frame': 'Es kamen Bytes, die kein Frame sind',
  'The tracker reported an alarm: {}': 'Der Tracker meldete einen Alarm: {1}',
  'A V4 arrived that answers no known command: its word or its time is different':
    'Ein V4 kam, das zu keinem bekannten Befehl gehört: Wort oder Zeit sind andere',
  'A text came that may be its late reply': 'Es kam ein Text, der die späte Antwort sein kann',
  'A text came that does not fit the command': 'Es kam ein Text, der nicht zum Befehl passt',
  'A text came that may also answer an earlier command: it does not count as the reply to this one':
    'Es kam ein Text, der auch zu einem früheren Befehl gehören kann: Er zählt nicht als Antwort auf diesen',
  'The answer continues; this part is in the history only':
    'Die Antwort geht weiter; dieser Teil steht nur im Verlauf',
  '{*}: that does not prove a restart, because {*}': '{1}: Das beweist keinen Neustart, denn {2}',
  'The session ended and a new one began, without a boot frame':
    'Die Sitzung endete, und eine neue begann ohne Frame vom Start',
  'it is not known how long sessions of this device usually last':
    'es ist nicht bekannt, wie lange Sitzungen dieses Geräts sonst dauern',
  '1 item is left out here; the frames are in the history.':
    'Hier fehlt 1 Eintrag; die Frames stehen im Verlauf.',
  '{} items are left out here; the frames are in the history.':
    'Hier fehlen {1} Einträge; die Frames stehen im Verlauf.',
}

/** Codes, and sentences that the code puts together. */
const composed: Sentences = {
  'This server does not answer under the name {}. Open it by one of: {}, its IP address. If {} is a name of yours, start the server with --http-origin {}://{}':
    'Dieser Server antwortet nicht unter dem Namen {1}. Öffnen Sie ihn unter: {2}, seiner IP-Adresse. Wenn {3} ein Name von Ihnen ist, starten Sie den Server mit --http-origin {4}://{5}',
  'This server answers only under its own names: {}, its IP address. --http-origin adds another one':
    'Dieser Server antwortet nur unter seinen eigenen Namen: {1}, seiner IP-Adresse. --http-origin fügt einen hinzu',
  running: 'läuft',
  paused: 'pausiert',
  stopped: 'gestoppt',
  cancelled: 'abgebrochen',
  finished: 'beendet',
  sensitive: 'heikel',
  disruptive: 'störend',
  dangerous: 'gefährlich',
  ...germanVerdicts,
  'no such intent; nearest: {}; GET /v1/devices/{}/catalogue has all':
    'diesen Befehl gibt es nicht; ähnlich sind: {1}; alle stehen in GET /v1/devices/{2}/catalogue',
  '"{}": {*}': '„{1}“: {2}',
  '{*}: {*}': '{1}: {2}',
  'expected one of {}, not {}': 'es muss eines von {1} sein, nicht {2}',
  '"{}" {*}': '„{1}“ {2}',
  'not registered: {} and {} more': 'nicht registriert: {1} und {2} weitere',
  'unknown-type': 'unbekannter Typ',
  malformed: 'fehlerhaft',
  implausible: 'unglaubhaft',
  'too-long': 'zu lang',
  speed: 'Tempo',
  course: 'Kurs',
  'moving: last fix {*}, received {} ago; the limit is {} km/h':
    'es fährt: letzte Position {1}, empfangen vor {2}; die Grenze ist {3} km/h',
  'moving: a recent fix {*}, received {} ago; the limit is {} km/h':
    'es fährt: eine neue Position {1}, empfangen vor {2}; die Grenze ist {3} km/h',
  'failed with code {}': 'misslungen, Code {1}',
  '{*} (on another connection than it was written to)':
    '{1} (auf einer anderen Verbindung als der, über die er gesendet wurde)',
  'sessions of this device usually last {}, and not much longer than the {} of the watch':
    'Sitzungen dieses Geräts dauern sonst {1}, nicht viel länger als die {2} der Beobachtung',
}

/** Those that are in the code as they are here, up to their values. */
export const ownSentences: Sentences = { ...requests, ...names, ...connections, ...frames, ...commands }

/** English sentences of the API, the gateway and the decoder, in German. */
export const germanSentences: Sentences = {
  ...grammar,
  ...requests,
  ...names,
  ...connections,
  ...fromOutside,
  ...frames,
  ...commands,
  ...composed,
}
