/**
 * MQTT topics and client ids as data: shared by cdk (policies, rule), gateway, functions and embedded mode. Never one
 * subscription per device: IoT Core allows 50 per connection.
 */
export const topicsOf = (stage: string) => ({
  /** Deliveries to a gateway: `Delivery`. */
  commands: (gatewayId: string) => `h02/${stage}/gw/${gatewayId}/commands`,
  /** All other messages to a gateway: `ControlMessage`. */
  control: (gatewayId: string) => `h02/${stage}/gw/${gatewayId}/control`,
  /** From gateways, through a topic rule to the control function: `CommandSnapshot`. */
  upCommands: `h02/${stage}/up/commands`,
  /** From gateways, through the same rule: `SessionReport`. */
  upSessions: `h02/${stage}/up/sessions`,
  /** The filter of the topic rule. */
  upFilter: `h02/${stage}/up/+`,
  /** A device's frames in both directions, always masked, for one grant: `LiveBatch`. Null: see `LiveGrant`. */
  live: (deviceId: string, grantId: string | null = null) =>
    `h02/${stage}/live/${deviceId}${grantId === null ? '' : `/${grantId}`}`,
})

/**
 * Client ids are per account and region: with the stage in them, a policy of one stage never matches a gateway of
 * another.
 */
export const gatewayClientId = (stage: string, gatewayId: string): string => `h02gw-${stage}-${gatewayId}`
/** A client that only watches, by one grant; its session policy allows no other id. */
export const liveClientId = (stage: string, deviceId: string, grantId: string): string =>
  `h02live-${stage}-${deviceId}-${grantId}`
