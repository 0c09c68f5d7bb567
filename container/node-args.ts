/**
 * Node's flags for a gateway; the Dockerfile's ENTRYPOINT has the same. Ten thousand sockets are a small heap that
 * lives permanently, beside frames that live a quarter of a second. By default V8 lets such a heap grow by only a few
 * megabytes between two collections, and spends a sixth of the gateway's time on them. Here the heap may grow to three
 * times its live size.
 */
export const gatewayNodeArgs = [
  '--enable-source-maps',
  '--max-semi-space-size=16',
  '--heap-growing-percent=200',
] as const
