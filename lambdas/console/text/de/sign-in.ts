import type { Texts } from '../en/index.ts'

export const signIn: Texts['signIn'] = {
  title: 'H02-Konsole',
  key: 'API-Schlüssel',
  keyHint: (command) => [
    command,
    ' zeigt ihn an; auf AWS liegt er im Secrets Manager. Er gilt nur für diesen Tab.',
  ],
  signIn: 'Anmelden',
  signingIn: 'Meldet an …',
  organisation: 'Mit Ihrer Organisation anmelden',
  notReached: 'Die API ist nicht erreichbar. Läuft sie?',
  unknown: 'Dieser Schlüssel oder diese Anmeldung gilt nicht (mehr). Melden Sie sich neu an.',
  failed: (why) => `Die Anmeldung ist fehlgeschlagen: ${why}`,
  providerSays: (text) => `Der Identitätsanbieter meldet „${text}“.`,
  notAccepted:
    'Die Anmeldung ist fehlgeschlagen: Der Identitätsanbieter kennt Sie, aber dieses Gateway nimmt sein Token nicht an; es wurde wohl für einen anderen Empfänger ausgestellt. Wenden Sie sich an den Betreiber des Gateways.',
  noEndpoint: (issuer) => `${issuer} hat keinen Endpunkt für die Anmeldung`,
}
