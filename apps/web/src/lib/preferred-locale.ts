import type { RouterInputs } from '@prebook/client'

/** A language of the mail to guests. */
export type Locale = NonNullable<RouterInputs['prebooks']['request']['locale']>

/** Each of them. A missing or unknown one does not compile. */
const locales: Record<Locale, true> = { en: true, de: true, fr: true, es: true, ar: true }

/** The first of some languages, as BCP 47 tags, that the mail to guests can have. English if there is none. */
export function preferredLocale(languages: readonly string[]): Locale {
  const isLocale = (language: string): language is Locale => Object.hasOwn(locales, language)
  return languages.map((tag) => tag.split('-')[0]?.toLowerCase() ?? '').find(isLocale) ?? 'en'
}
