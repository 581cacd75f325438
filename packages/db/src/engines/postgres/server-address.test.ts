import { describe, expect, test } from 'vitest'
import { parseServerAddress } from './server-address.ts'

describe('an address', () => {
  test.each([
    ['postgres://u:p@h1/shop', ['postgres://u:p@h1/shop'], 'shop on h1:5432'],
    ['postgresql://h1:6000/shop?x=1', ['postgresql://h1:6000/shop?x=1'], 'shop on h1:6000'],
    [
      'postgres://u:p%40@h1:5433,h2/shop?x=1&target_session_attrs=read-write',
      ['postgres://u:p%40@h1:5433/shop?x=1', 'postgres://u:p%40@h2/shop?x=1'],
      'shop on h1:5433,h2:5432',
    ],
    [
      'postgres://[::1]:5433,h2/shop',
      ['postgres://[::1]:5433/shop', 'postgres://h2/shop'],
      'shop on [::1]:5433,h2:5432',
    ],
    [
      'postgres://h1/shop?target_session_attrs=primary&sslmode=require',
      ['postgres://h1/shop?sslmode=verify-full'],
      'shop on h1:5432',
    ],
  ])('%s leads to each of its servers', (url, servers, name) => {
    expect(parseServerAddress(url)).toEqual({ servers, label: `The PostgreSQL database ${name}` })
  })

  test.each([
    'postgres://u:secret@h1,/shop',
    'postgres://u:secret@,h2/shop',
    'postgres://u:secret@h1:99999,h2/shop',
    'postgres://u:secret@h1,h2:x/shop',
    'postgres://u:secret%@h1,h2/shop',
    'postgres://u:secret@[',
  ])('%s is refused without its password', (url) => {
    expect(() => parseServerAddress(url)).toThrow(/^DATABASE_URL is not a valid address: /)
    expect(() => parseServerAddress(url)).not.toThrow(/secret/)
  })

  test.each(['read-only', 'standby', 'prefer-standby', 'other'])('that asks for %s is refused', (wanted) => {
    expect(() => parseServerAddress(`postgres://h1,h2/shop?target_session_attrs=${wanted}`)).toThrow(
      /write target_session_attrs=read-write/,
    )
  })
})
