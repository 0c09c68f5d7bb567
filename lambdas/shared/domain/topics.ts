/**
 * MQTT topics and client ids as data: shared by cdk (policies, rule), gateway, lambdas and embedded mode.
 * Never one subscription per device: IoT Core allows 50 per connection.
 */
export const topicsOf = (stage: string) => ({
  /** Deliveries to a gateway: `Delivery`. */
  commands: (gatewayId: string) => `h02/${stage}/gw/${gatewayId}/commands`,
  /** Everything else a gateway is told: `ControlMessage`. */
  control: (gatewayId: string) => `h02/${stage}/gw/${gatewayId}/control`,
  /** From gateways, by a topic rule to the control function: `CommandSnapshot`. */
  upCommands: `h02/${stage}/up/commands`,
  /** From gateways, by the same rule: `SessionReport`. */
  upSessions: `h02/${stage}/up/sessions`,
  /** What the topic rule listens to. */
  upFilter: `h02/${stage}/up/+`,
  /** What goes over a device's wire, as it goes, always masked: `LiveBatch`. */
  live: (deviceId: string) => `h02/${stage}/live/${deviceId}`,
})

const gatewayPrefix = 'h02gw-'
export const gatewayClientId = (gatewayId: string): string => `${gatewayPrefix}${gatewayId}`
/** As policies name it. */
export const gatewayClientIds = `${gatewayPrefix}*`
/** Clients that only watch: a browser's id begins so, and its session policy allows no other. */
export const liveClientPrefix = (stage: string, deviceId: string): string => `h02live-${stage}-${deviceId}-`
