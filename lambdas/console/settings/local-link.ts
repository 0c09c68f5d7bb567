/** Whether a link opens only on the machine of the server, or through the tunnel of the person who made it. */
export function isLocalLink(link: string): boolean {
  if (!URL.canParse(link)) return false
  const { hostname } = new URL(link)
  return /(^|\.)localhost$/.test(hostname) || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
