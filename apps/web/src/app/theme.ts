import { useSyncExternalStore } from 'react'
import { createStore } from './store.ts'

export type Theme = 'light' | 'dark'

/** Also in public/theme.js, which applies the theme before the first paint. */
const KEY = 'prebook-theme'

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const chosen = createStore(parseTheme(document.documentElement.dataset['theme']))

/** The current theme, and a function that changes and saves it. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const dark = useSyncExternalStore(subscribeToSystem, () => systemIsDark.matches)
  return [chosen.use() ?? (dark ? 'dark' : 'light'), setTheme]
}

function setTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme
  chosen.set(theme)
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Without storage, the choice lasts until the page is closed.
  }
}

function parseTheme(text: string | undefined): Theme | null {
  return text === 'light' || text === 'dark' ? text : null
}

function subscribeToSystem(listener: () => void): () => void {
  systemIsDark.addEventListener('change', listener)
  return () => systemIsDark.removeEventListener('change', listener)
}
