import { expect, test } from 'vitest'
import { preferredLocale } from './preferred-locale.ts'

test.each([
  [['de-AT', 'en'], 'de'],
  [['nl', 'FR-ca', 'es'], 'fr'],
  [['ar'], 'ar'],
  [['nl', 'toString', ''], 'en'],
  [[], 'en'],
])('the mail to readers of %j is in %s', (languages, locale) => {
  expect(preferredLocale(languages)).toBe(locale)
})
