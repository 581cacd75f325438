import { EXPECTED_DATE_FORMS, parseExpectedDate } from './expected-date.ts'

/** The forms of a date in an import, for the user. */
export const FEED_DATE_FORMS = `${EXPECTED_DATE_FORMS.slice(0, -1)}. In feeds also 20270312 or 202703.`

/**
 * Reads a date of an import: a form of {@link parseExpectedDate}, or one that ONIX sends without hyphens (code list 55: `00` is
 * 20270312, `01` is 202703). Dates such as 03/04/2027 are refused, because they name two days.
 *
 * @returns the date as the shop stores it; null if it has none of the forms
 */
export function parseFeedDate(text: string): string | null {
  const plain = text.trim().toLowerCase()
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)?$/.exec(plain) ?? []
  const date = year === undefined ? plain : [year, month, day].filter((part) => part !== undefined).join('-')
  return parseExpectedDate(date) === null ? null : date
}
