import type { Locale } from '@prebook/core'
import { ar } from './ar.ts'
import { de } from './de.ts'
import { en, type GuestTexts } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'

export type { GuestTexts }

/** The texts of the pages for guests in each language. */
export const guestTexts: Record<Locale, GuestTexts> = { en, de, fr, es, ar }

/** Each language by its own name, for the list of languages. */
export const languageNames: Record<Locale, string> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  ar: 'العربية',
}
