const dark = matchMedia('(prefers-color-scheme: dark)')
export const isDark = (): boolean => dark.matches

/** A colour of the page's style sheet, for drawing on a canvas. */
export const colourOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

export const whenThemeChanges = (react: () => void): (() => void) => {
  dark.addEventListener('change', react)
  return () => dark.removeEventListener('change', react)
}
