import { describe, expect, test } from 'vitest'
import { parseFeedDate } from './feed-date.ts'

describe('a date of an import', () => {
  test.each([
    ['2027-03-12', '2027-03-12'],
    ['2027-03', '2027-03'],
    ['2027-spring', '2027-spring'],
    [' 2027-Winter ', '2027-winter'],
    ['20270312', '2027-03-12'],
    ['202703', '2027-03'],
    ['20280229', '2028-02-29'],
  ])('“%s” is %s', (text, date) => {
    expect(parseFeedDate(text)).toBe(date)
  })

  test.each([
    '',
    '03/04/2027',
    '3.4.2027',
    '04-03-2027',
    '2027/03/12',
    '2027-3-12',
    '20270229',
    '202713',
    '20271301',
    '2027',
    '2027-monsoon',
    '2027-Q1',
    '20270312T1200',
    'March 2027',
    '46458',
  ])('“%s” is none', (text) => {
    expect(parseFeedDate(text)).toBeNull()
  })
})
