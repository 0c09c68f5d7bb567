/** What is bundled: the handlers of the Lambda functions, and the whole program of the gateway. */
export type Entry = { readonly name: string; readonly file: string }

export const entries = [
  { name: 'ingest', file: 'lambdas/ingest/handler.ts' },
  { name: 'control', file: 'lambdas/control/handler.ts' },
  { name: 'api', file: 'lambdas/api/handler.ts' },
  { name: 'notify', file: 'lambdas/notify/handler.ts' },
  { name: 'webhooks', file: 'lambdas/webhooks/handler.ts' },
  { name: 'archive', file: 'lambdas/archive/handler.ts' },
  { name: 'watch', file: 'lambdas/watch/handler.ts' },
  { name: 'canary', file: 'lambdas/canary/handler.ts' },
  { name: 'gateway', file: 'container/main.ts' },
] as const satisfies readonly Entry[]

/** Embedded mode itself: bundled for this machine only, because a bundle starts faster. */
export const embeddedEntry = { name: 'embedded', file: 'cdk/local/run.ts' } as const satisfies Entry

export type EntryName = (typeof entries)[number]['name']
