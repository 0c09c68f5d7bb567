/** Keys of webhooks in the fleet table; see tables.ts. */
export const webhookKeys = {
  /** Partition of all webhooks with their states; publishers read all of it. */
  all: 'webhooks',
  webhook: (webhookId: string) => ({ pk: webhookKeys.all, sk: `webhook#${webhookId}` }),
  /** Notice channels are stored beside webhooks, because the same function delivers to both with the same permissions. */
  channel: (channelId: string) => ({ pk: webhookKeys.all, sk: `channel#${channelId}` }),
  noticeRule: (ruleId: string) => ({ pk: NOTICE_RULES, sk: `rule#${ruleId}` }),
  state: (webhookId: string) => ({ pk: webhookKeys.all, sk: `state#${webhookId}` }),
  /** Separate, so that only one role may read it. */
  secret: (webhookId: string) => ({ pk: `${SECRET_PREFIX}${webhookId}`, sk: 'secret' }),
  deliveries: (webhookId: string) => `${DELIVERIES_PREFIX}${webhookId}`,
}

/** Partition of all rules for notices; notify reads all of it. */
export const NOTICE_RULES = 'notice-rules'
export const SECRET_PREFIX = 'webhook-secret#'
export const DELIVERIES_PREFIX = 'webhook-deliveries#'
