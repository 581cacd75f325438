import { expect, test } from 'vitest'
import type { UserRow } from '@prebook/db'
import { createDevices, readDeviceTokens } from './devices.ts'

const YEAR = 365 * 24 * 3_600_000
const clock = { now: Date.UTC(2026, 5, 1) }
const devices = createDevices(
  async () => 'key',
  () => clock.now,
)
const ann: UserRow = {
  id: 1,
  email: 'ann@example.org',
  password_hash: 'hash',
  role: 'reader',
  is_active: 1,
  mail_opt_out: 0,
  created_at: 1,
  verified_at: null,
  erased_at: null,
  locale: 'en',
  manage_generation: 0,
}

test('a token is found by its account only, among others', async () => {
  const token = await devices.issue(ann)
  const other = await devices.issue({ ...ann, id: 2 })
  expect(await devices.find(ann, [other, token])).toBe(token)
  expect(await devices.find(ann, [other])).toBeNull()
  expect(await devices.find(undefined, [token])).toBeNull()
})

test('a token has a character set that fits a cookie and a header', async () => {
  expect(await devices.issue(ann)).toMatch(/^[\w.-]+$/)
})

test('a new password ends every token', async () => {
  const token = await devices.issue(ann)
  expect(await devices.find({ ...ann, password_hash: 'new' }, [token])).toBeNull()
})

test('a token made with another key is not found', async () => {
  const elsewhere = createDevices(
    async () => 'another key',
    () => clock.now,
  )
  expect(await devices.find(ann, [await elsewhere.issue(ann)])).toBeNull()
})

test('a token for no account cannot be made from an unknown address', async () => {
  const token = await devices.issue({ ...ann, id: 0, password_hash: '' })
  expect(await devices.find(undefined, [token])).toBeNull()
})

test('a token ends after a year, and its time cannot be changed', async () => {
  const token = await devices.issue(ann)
  const [time = '', mac] = token.split('.')
  clock.now += YEAR - 1
  expect(await devices.find(ann, [token])).toBe(token)
  clock.now += 1
  expect(await devices.find(ann, [token])).toBeNull()
  const later = (Number.parseInt(time, 36) + 1_000).toString(36)
  expect(await devices.find(ann, [`${later}.${mac}`])).toBeNull()
})

test.each(['', '.', 'x', '~', '1.', 'NaN.', '9'.repeat(10_000), '\u{1f4d6}.x'])(
  'the text %j is no token',
  async (text) => {
    expect(await devices.find(ann, [text])).toBeNull()
  },
)

test('only the first five tokens of a request are read', async () => {
  const token = await devices.issue(ann)
  expect(await devices.find(ann, ['a', 'b', 'c', 'd', token])).toBe(token)
  expect(await devices.find(ann, ['a', 'b', 'c', 'd', 'e', token])).toBeNull()
})

test('the tokens of a request are those of its header and of its cookie, without other text', async () => {
  const [one, two, three] = [1, 2, 3].map((id) => devices.issue({ ...ann, id }))
  const [a, b, c] = [await one, await two, await three]
  expect(readDeviceTokens({ device: null, cookie: null })).toEqual([])
  // A batch of two sign-ins gets two headers, which HTTP joins.
  const cookie = `prebook_session=x; prebook_device=~x~${c}~"y`
  expect(readDeviceTokens({ device: `${a}, ${b}`, cookie })).toEqual([a, b, c])
})
