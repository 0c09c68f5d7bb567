/** Whether two addresses are surely of different networks: /16 for IPv4, /32 for IPv6, or one of each. */
export const isOtherNetwork = (a: string, b: string): boolean => networkOf(a) !== networkOf(b)

function networkOf(address: string): string {
  if (!address.includes(':')) return address.split('.').slice(0, 2).join('.')
  const [head = ''] = address.split('%')[0]!.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  return [groups[0] ?? '0', groups[1] ?? '0']
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
