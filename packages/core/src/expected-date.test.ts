import { describe, expect, test } from 'vitest'
import { calendarOf, isTimeZone } from './calendar.ts'
import {
  expectedDateProblem,
  formatExpectedDate,
  isPastDate,
  parseExpectedDate,
  precisionOf,
} from './expected-date.ts'

describe('parseExpectedDate', () => {
  test.each([
    ['2027-03-12', 'day', '2027-03-12', '2027-03-12'],
    ['2027-03', 'month', '2027-03-01', '2027-03-31'],
    ['2027-04', 'month', '2027-04-01', '2027-04-30'],
    ['2027-02', 'month', '2027-02-01', '2027-02-28'],
    ['2028-02', 'month', '2028-02-01', '2028-02-29'],
    ['2028-02-29', 'day', '2028-02-29', '2028-02-29'],
    ['2000-02-29', 'day', '2000-02-29', '2000-02-29'],
    ['2027-spring', 'season', '2027-03-01', '2027-05-31'],
    ['2027-summer', 'season', '2027-06-01', '2027-08-31'],
    ['2027-autumn', 'season', '2027-09-01', '2027-11-30'],
    ['2026-winter', 'season', '2026-12-01', '2027-02-28'],
    ['2027-winter', 'season', '2027-12-01', '2028-02-29'],
  ] as const)('%s is a %s from %s to %s', (text, precision, firstDay, lastDay) => {
    expect(parseExpectedDate(text)).toEqual({ precision, firstDay, lastDay })
    expect(precisionOf(text)).toBe(precision)
  })

  test.each([
    '',
    '2027',
    '2027-13',
    '2027-00',
    '2027-1',
    '2027-02-29',
    '2100-02-29',
    '2027-04-31',
    '2027-03-00',
    '2027-03-1',
    '2027-03-12T00:00:00Z',
    ' 2027-03',
    '2027-03\n',
    '2027-fall',
    '2027-Spring',
    '2027-spring-01',
    'spring-2027',
    '27-03',
    '0000-03',
    '12.03.2027',
  ])('refuses %j', (text) => {
    expect(parseExpectedDate(text)).toBeNull()
  })
})

describe('an expected date', () => {
  test.each([
    ['2026-11-29', true],
    ['2026-11-30', false],
    ['2026-10', true],
    ['2026-11', false],
    ['2026-summer', true],
    ['2026-autumn', false],
    ['2025-winter', true],
    ['2026-winter', false],
  ])('%s is past on 30 November 2026: %s', (expectedOn, past) => {
    expect(isPastDate(expectedOn, '2026-11-30')).toBe(past)
    expect(expectedDateProblem(expectedOn, '2026-11-30') !== null).toBe(past)
  })

  test.each([
    ['2036-11-30', null],
    ['2036-12-01', 'Must be at most 10 years from today.'],
    ['2036-11', null],
    ['2036-12', 'Must be at most 10 years from today.'],
    ['2036-autumn', null],
    ['2036-winter', 'Must be at most 10 years from today.'],
    ['2026-02', 'Is in the past. Give a date that is still to come, or none.'],
    [
      '2027-13',
      'Must be a day such as 2027-03-12, a month such as 2027-03, or a season: 2027-spring, 2027-summer, 2027-autumn or 2027-winter.',
    ],
  ])('%s as a new date on 30 November 2026: %s', (expectedOn, problem) => {
    expect(expectedDateProblem(expectedOn, '2026-11-30')).toBe(problem)
  })

  test.each([
    ['2027-03-12', '12 March 2027'],
    ['2027-03-02', '2 March 2027'],
    ['2027-12', 'December 2027'],
    ['2027-spring', 'spring 2027'],
    ['2027-winter', 'winter 2027/28'],
    ['2099-winter', 'winter 2099/00'],
  ])('%s reads %s', (expectedOn, text) => {
    expect(formatExpectedDate(expectedOn)).toBe(text)
  })

  test('that is none cannot be formatted', () => {
    expect(() => formatExpectedDate('soon')).toThrow(RangeError)
    expect(precisionOf(null)).toBeNull()
  })
})

describe('the calendar of a time zone', () => {
  test.each([
    ['UTC', '2026-11-30T23:30:00Z', '2026-11-30'],
    ['Europe/Berlin', '2026-11-30T23:30:00Z', '2026-12-01'],
    ['America/New_York', '2026-12-01T04:59:59Z', '2026-11-30'],
    ['America/New_York', '2026-12-01T05:00:00Z', '2026-12-01'],
    ['Pacific/Kiritimati', '2026-11-30T10:00:00Z', '2026-12-01'],
    // The day on which summer time ends has 25 hours.
    ['Europe/Berlin', '2026-10-25T22:59:59Z', '2026-10-25'],
  ])('in %s has at %s the day %s', (timeZone, time, day) => {
    expect(calendarOf(timeZone)(Date.parse(time))).toBe(day)
  })

  test.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Mars/Olympus', false],
    ['', false],
    ['Europe/Berlin ', false],
  ])('knows %j: %s', (name, known) => {
    expect(isTimeZone(name)).toBe(known)
  })
})
