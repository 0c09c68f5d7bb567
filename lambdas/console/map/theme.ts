import { choice } from '../text/choice.ts'

const system = matchMedia('(prefers-color-scheme: dark)')
export const isDark = (): boolean => (choice.theme === 'system' ? system.matches : choice.theme === 'dark')

/** A color of the page's style sheet, for drawing on a canvas, which does not know `light-dark()`. */
export function colorOf(name: string): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
  const [, light, dark] = /^light-dark\(\s*(.+?)\s*,\s*(.+?)\s*\)$/.exec(value) ?? []
  return (isDark() ? dark : light) ?? value
}

/** The theme changes while a page is open only if the browser follows the system. */
export const whenThemeChanges = (react: () => void): (() => void) => {
  system.addEventListener('change', react)
  return () => system.removeEventListener('change', react)
}

/** Gives the page its theme, before anything is drawn. */
export function followTheme(): void {
  const { documentElement: root } = document
  if (choice.theme !== 'system') root.style.colorScheme = choice.theme
  const mark = (): void => {
    root.dataset.theme = isDark() ? 'dark' : 'light'
  }
  mark()
  whenThemeChanges(mark)
}
