import { useSyncExternalStore } from 'react'
import { createStore } from './store.ts'

export type Theme = 'light' | 'dark'

/** The same key as in public/theme.js, which applies it before the first paint. */
const KEY = 'prebook-theme'

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const chosen = createStore(given(document.documentElement.dataset['theme']))

/** The theme on the screen, and how to change and remember it. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const dark = useSyncExternalStore(followSystem, () => systemIsDark.matches)
  return [chosen.use() ?? (dark ? 'dark' : 'light'), choose]
}

function choose(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme
  chosen.set(theme)
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // No storage: the choice holds for as long as the page is open.
  }
}

function given(text: string | undefined): Theme | null {
  return text === 'light' || text === 'dark' ? text : null
}

function followSystem(listener: () => void): () => void {
  systemIsDark.addEventListener('change', listener)
  return () => systemIsDark.removeEventListener('change', listener)
}
