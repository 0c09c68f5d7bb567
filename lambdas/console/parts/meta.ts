/** The address of a file whose name the build has chosen, from the page's head. */
export const metaOf = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)!.content
