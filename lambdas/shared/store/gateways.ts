/** Gateways say that they live: each renews its lease every 10 s. */
export const leaseEveryMs = 10_000
/** A lease older than that is no longer believed: then IoT Core is asked whether the gateway is connected. */
export const leaseMs = 60_000

export type GatewayStore = {
  /** Those of them whose lease is not older than 60 s. */
  readonly leased: (gatewayIds: readonly string[]) => Promise<ReadonlySet<string>>
}
