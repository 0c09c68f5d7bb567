import type { Slot } from '../shape.ts'

export const signIn = {
  title: 'H02 console',
  key: 'API key',
  keyHint: (command: Slot): Slot => [
    command,
    ' prints it; on AWS it is in Secrets Manager. It is kept for this tab only.',
  ],
  signIn: 'Sign in',
  signingIn: 'Signing in…',
  organisation: 'Sign in with your organization',
  notReached: 'The API cannot be reached. Is it running?',
  unknown: 'This key or sign-in is not valid, or not any more. Sign in again.',
  failed: (why: string) => `Signing in failed: ${why}`,
  providerSays: (text: string) => `the identity provider says "${text}".`,
  notAccepted:
    'Signing in failed: the identity provider knows you, but this gateway does not accept its token, which was most likely issued for another audience. Contact the operator of the gateway.',
  noEndpoint: (issuer: string) => `${issuer} has no authorization endpoint`,
}
