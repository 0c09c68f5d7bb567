/**
 * How Node runs a gateway; the Dockerfile's ENTRYPOINT says the same. Ten thousand sockets are a small heap that lives
 * permanently beside frames that live a quarter of a second. By itself V8 would let that heap grow by a few megabytes
 * between two collections, and spend a sixth of the gateway's time on them: here it may grow to three times what lives.
 */
export const gatewayNodeArgs = [
  '--enable-source-maps',
  '--max-semi-space-size=16',
  '--heap-growing-percent=200',
] as const
