import { parseExpectedDate, Locale } from '@prebook/core'
import { describe, expect, it, test } from 'vitest'
import { dueText, waitingText } from './phrases.ts'
import { fill, localeOf, texts } from './texts.ts'

describe('how many readers wait', () => {
  it.each([
    ['en', 1, '1 reader is waiting'],
    ['en', 12, '12 readers are waiting'],
    ['en', 1_000, '1,000 readers are waiting'],
    ['en', '1000+', 'More than 1,000 readers are waiting'],
    ['de', 1, '1 Person wartet'],
    ['de', 1_000, '1.000 Personen warten'],
    ['fr', 2, '2 personnes attendent'],
    ['es', 1, '1 persona espera'],
    ['ar', 2, 'ينتظره قارئان'],
    ['ar', '1000+', 'ينتظره أكثر من 1,000 قارئ'],
  ] as const)('in %s: %s', (locale, waiting, text) => {
    expect(waitingText(waiting, locale)).toBe(text)
  })

  it.each(Locale.options)('says nothing of an empty queue in %s', (locale) => {
    expect(waitingText(0, locale)).toBeNull()
  })

  it.each(Locale.options)('has a form for each number in %s', (locale) => {
    const numbers = [1, 2, 3, 11, 100, 1_000]
    const categories = new Set(numbers.map((number) => new Intl.PluralRules(locale).select(number)))
    expect(Object.keys(texts[locale].waiting)).toEqual(expect.arrayContaining([...categories]))
  })
})

describe('when a book is due', () => {
  it.each([
    ['en', '2027-03-12', 'Due on 12 March 2027'],
    ['en', '2027-03', 'Due in March 2027'],
    ['en', '2027-winter', 'Due in winter 2027/28'],
    ['en', '2099-winter', 'Due in winter 2099/00'],
    ['de', '2027-03-12', 'Erwartet am 12. März 2027'],
    ['de', '2027-spring', 'Erwartet im Frühjahr 2027'],
    ['fr', '2027-08', 'Attendu en août 2027'],
    ['es', '2027-03-12', 'Previsto para el 12 de marzo de 2027'],
    ['ar', '2027-03', 'يُتوقع وصوله في مارس 2027'],
  ] as const)('in %s: %s', (locale, expectedOn, text) => {
    expect(dueText(expectedOn, locale)).toBe(text)
  })

  it.each([null, '', 'soon', '2027', '2027-13', '2027-monsoon', '2027-03-12-01', '2027-toString'])(
    'says nothing of %j',
    (expectedOn) => {
      for (const locale of Locale.options) expect(dueText(expectedOn, locale)).toBeNull()
    },
  )

  test('each form of a date that the service has is understood in each language', () => {
    for (const expectedOn of [
      '2028-02-29',
      '2027-12',
      ...['spring', 'summer', 'autumn', 'winter'].map((season) => `2027-${season}`),
    ]) {
      expect(parseExpectedDate(expectedOn)).not.toBeNull()
      for (const locale of Locale.options) expect(dueText(expectedOn, locale)).toMatch(/202[78]/)
    }
  })
})

describe('texts', () => {
  it.each([
    ['de-AT', 'de'],
    ['AR-eg', 'ar'],
    ['en', 'en'],
    ['it', 'en'],
    ['', 'en'],
    ['constructor', 'en'],
  ])('the language of %j is %s', (tag, locale) => {
    expect(localeOf(tag)).toBe(locale)
  })

  test('have the same parts to replace in each language', () => {
    const partsOf = (value: unknown, path = ''): string[] =>
      typeof value === 'string'
        ? [...value.matchAll(/\{\w+\}/g)].map(([part]) => `${path} ${part}`)
        : Object.entries(value ?? {}).flatMap(([name, inner]) => partsOf(inner, `${path}.${name}`))
    const { waiting: _english, ...english } = texts.en
    for (const locale of Locale.options) {
      const { waiting, ...rest } = texts[locale]
      expect([locale, partsOf(rest).toSorted()]).toEqual([locale, partsOf(english).toSorted()])
      expect(waiting.other).toContain('{count}')
    }
  })

  test('keep what has no value', () => {
    expect(fill('{a} and {b}', { a: '1' })).toBe('1 and {b}')
  })
})
