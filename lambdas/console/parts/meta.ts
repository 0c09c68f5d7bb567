/** The address of a file that the build gave a name to, from the page's head. */
export const metaOf = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)!.content
