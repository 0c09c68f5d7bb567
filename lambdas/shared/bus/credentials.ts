import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane'
import type { CredentialsProvider } from './presign.ts'

/**
 * The credentials of this process as the SDK finds them: environment, task role, function role. The SDK refreshes them
 * before they expire.
 */
export function ownCredentials(): CredentialsProvider {
  const { config } = new IoTDataPlaneClient({})
  return () => config.credentials()
}
