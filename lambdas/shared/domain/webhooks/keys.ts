/** Keys of webhooks in the fleet table; see tables.ts. */
export const webhookKeys = {
  /** Partition of all webhooks with their states: who publishes reads it as a whole. */
  all: 'webhooks',
  webhook: (webhookId: string) => ({ pk: webhookKeys.all, sk: `webhook#${webhookId}` }),
  state: (webhookId: string) => ({ pk: webhookKeys.all, sk: `state#${webhookId}` }),
  /** Apart, so that one role alone may read it. */
  secret: (webhookId: string) => ({ pk: `${SECRET_PREFIX}${webhookId}`, sk: 'secret' }),
  deliveries: (webhookId: string) => `${DELIVERIES_PREFIX}${webhookId}`,
}

export const SECRET_PREFIX = 'webhook-secret#'
export const DELIVERIES_PREFIX = 'webhook-deliveries#'
