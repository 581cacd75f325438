import { expect, test } from 'vitest'
import { wantsPage } from './wants-page.ts'

test.each([
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'text/html',
  'TEXT/HTML ; q=0.3',
  'application/json;q=0.5, text/html',
  'application/json, text/html',
])('Accept: %s gets the page', (accept) => {
  expect(wantsPage(accept)).toBe(true)
})

test.each([
  undefined,
  '',
  '*/*',
  'text/*',
  'application/json',
  'application/json, text/plain, */*',
  'text/html;q=0, */*',
  'text/html;q=0.5, application/json',
  'text/html;q=x',
  'text/htmlx',
])('Accept: %s gets JSON', (accept) => {
  expect(wantsPage(accept)).toBe(false)
})
