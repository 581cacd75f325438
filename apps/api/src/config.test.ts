import { describe, expect, test } from 'vitest'
import { ConfigError, describeConfig, readConfig } from './config.ts'

describe('the configuration', () => {
  test('is complete when nothing is set: the defaults of the documentation', () => {
    expect(readConfig({})).toEqual({
      DATABASE_URL: 'file:./data/prebook.db',
      HOST: '127.0.0.1',
      PORT: 8787,
      CORS_ORIGINS: [],
      TRUSTED_PROXIES: 0,
      LOG_LEVEL: 'info',
      REGISTRATIONS_PER_HOUR: 30,
      LOGIN_FAILURES_PER_HOUR: 20,
    })
  })

  test('takes an empty variable as one that is left out', () => {
    const names = describeConfig().map(({ name }) => name)

    expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readConfig({}))
  })

  test('pays no attention to other variables', () => {
    expect(readConfig({ HOME: '/root', port: 'x' })).toEqual(readConfig({}))
  })

  test.each([
    ['PORT', '0', 0],
    ['PORT', '65535', 65_535],
    ['TRUSTED_PROXIES', '10', 10],
    ['REGISTRATIONS_PER_HOUR', '1', 1],
    ['LOGIN_FAILURES_PER_HOUR', '1000000', 1_000_000],
    ['LOG_LEVEL', 'silent', 'silent'],
    ['PUBLIC_URL', 'https://books.example.org', 'https://books.example.org'],
    ['PUBLIC_URL', 'http://localhost:8787', 'http://localhost:8787'],
    ['CORS_ORIGINS', 'https://a.example', ['https://a.example']],
    [
      'CORS_ORIGINS',
      ' https://a.example , http://b.example:81,',
      ['https://a.example', 'http://b.example:81'],
    ],
  ])('reads %s=%s', (name, text, value) => {
    expect(readConfig({ [name]: text })).toHaveProperty(name, value)
  })

  test.each([
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['PORT', '1e3'],
    ['PORT', ' 80'],
    ['PORT', '9'.repeat(30)],
    ['TRUSTED_PROXIES', '11'],
    ['TRUSTED_PROXIES', 'yes'],
    ['REGISTRATIONS_PER_HOUR', '0'],
    ['LOGIN_FAILURES_PER_HOUR', '1000001'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_LEVEL', 'INFO'],
    ['PUBLIC_URL', 'books.example.org'],
    ['PUBLIC_URL', 'ftp://books.example.org'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'a.example'],
    ['CORS_ORIGINS', 'https://a.example/'],
    ['CORS_ORIGINS', 'https://a.example,https://b.example/path'],
    ['CORS_ORIGINS', 'null'],
  ])('refuses %s=%s by name, with what it is and what it may be', (name, value) => {
    const read = () => readConfig({ [name]: value })

    expect(read).toThrow(ConfigError)
    expect(read).toThrow(`\n  ${name} must be `)
    expect(read).toThrow(`; it is ${JSON.stringify(value)}`)
  })

  test('names everything that is wrong at once, a line each', () => {
    const read = () => readConfig({ PORT: 'abc', LOG_LEVEL: 'loud', HOST: '::1' })

    expect(read).toThrow(/^The environment is not right:\n {2}PORT [^\n]+\n {2}LOG_LEVEL [^\n]+$/)
  })
})

test('every variable is described, with its default', () => {
  const described = describeConfig()

  expect(described.length).toBeGreaterThan(7)
  for (const { name, meaning } of described)
    expect([name, meaning]).toEqual([name, expect.stringMatching(/^[A-Z].+\.$/)])
  const defaults = Object.fromEntries(described.map(({ name, default: value }) => [name, value]))
  expect(defaults).toEqual({ ...readConfig({}), PUBLIC_URL: undefined })
})
