import { parseAccept } from 'hono/utils/accept'
import { Locale } from '@prebook/core'

/** The language of guests that a browser likes best. English if it knows none of them. */
export function preferredLocale(acceptLanguage: string | undefined): Locale {
  for (const { type } of parseAccept(acceptLanguage ?? '')) {
    const locale = Locale.safeParse(type.split('-')[0]?.toLowerCase())
    if (locale.success) return locale.data
  }
  return 'en'
}
