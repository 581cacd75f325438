import { describe, expect, test } from 'vitest'
import { ConfigError, describeConfig, readConfig } from './config.ts'

describe('the configuration', () => {
  test('is complete when nothing is set: the defaults of the documentation', () => {
    expect(readConfig({})).toEqual({
      DATABASE_URL: 'file:./data/prebook.db',
      DATABASE_POOL_SIZE: 10,
      DATABASE_WAIT_MS: 5_000,
      DATABASE_STATEMENT_TIMEOUT_MS: 30_000,
      HOST: '127.0.0.1',
      PORT: 8787,
      CORS_ORIGINS: [],
      TRUSTED_PROXIES: 0,
      LOG_LEVEL: 'info',
      MAIL_PARALLEL: 5,
      MAIL_PER_SECOND: 20,
      MAIL_TRIES: 10,
      MAIL_PREVIEW: '0',
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
    ['DATABASE_POOL_SIZE', '1', 1],
    ['DATABASE_WAIT_MS', '100', 100],
    ['DATABASE_STATEMENT_TIMEOUT_MS', '600000', 600_000],
    ['TRUSTED_PROXIES', '10', 10],
    ['REGISTRATIONS_PER_HOUR', '1', 1],
    ['LOGIN_FAILURES_PER_HOUR', '1000000', 1_000_000],
    ['LOG_LEVEL', 'silent', 'silent'],
    ['PUBLIC_URL', 'https://books.example.org', 'https://books.example.org'],
    ['PUBLIC_URL', 'http://localhost:8787', 'http://localhost:8787'],
    ['METRICS_TOKEN', 'a'.repeat(16), 'a'.repeat(16)],
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
    ['DATABASE_POOL_SIZE', '0'],
    ['DATABASE_WAIT_MS', '0'],
    ['DATABASE_WAIT_MS', 'Infinity'],
    ['DATABASE_STATEMENT_TIMEOUT_MS', '600001'],
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
  // What has no default is left out of the configuration.
  expect(defaults).toEqual(expect.objectContaining(readConfig({})))
  expect(JSON.parse(JSON.stringify(defaults))).toEqual(readConfig({}))
})

describe('mail', () => {
  const mail = {
    SMTP_URL: 'smtps://shop:s%20cret@mail.example.org:465',
    MAIL_FROM: 'The Bookshop <shop@example.org>',
    SECRET: 's'.repeat(32),
    PUBLIC_URL: 'https://books.example.org',
  }

  test('is configured by four variables', () => {
    expect(readConfig(mail)).toMatchObject(mail)
  })

  test.each(['MAIL_FROM', 'SECRET', 'PUBLIC_URL'])('cannot be sent without %s, which is named', (name) => {
    const read = () => readConfig({ ...mail, [name]: undefined })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(
      new RegExp(`^The environment is not right:\\n {2}${name} must be set when SMTP_URL is`),
    )
  })

  test('names all that is missing at once', () => {
    const read = () => readConfig({ SMTP_URL: mail.SMTP_URL })
    expect(read).toThrow(/\n {2}MAIL_FROM [^\n]+\n {2}SECRET [^\n]+\n {2}PUBLIC_URL [^\n]+$/)
  })

  test.each([
    ['SMTP_URL', 'mail.example.org'],
    ['SMTP_URL', 'http://mail.example.org'],
    ['SMTP_URL', 'smtp://'],
    ['SMTP_URL', 'smtp://:secret@mail.example.org'],
    ['SMTP_URL', 'smtp://shop:50%@mail.example.org'],
    ['SMTP_URL', 'smtp://mail.example.org/?secret=1'],
    ['MAIL_FROM', 'shop'],
    ['MAIL_FROM', 'a@example.org, b@example.org'],
    ['MAIL_FROM', 'Shop <a@example.org> <b@example.org>'],
    ['MAIL_FROM', 'Shop <a@example.org>\r\nBcc: b@example.org'],
    ['SECRET', 'too short'],
    ['METRICS_TOKEN', 'too short'],
    ['METRICS_TOKEN', 'long enough but with spaces'],
    ['MAIL_PARALLEL', '0'],
    ['MAIL_PER_SECOND', '0'],
    ['MAIL_TRIES', '0'],
    ['MAIL_PREVIEW', 'yes'],
  ])('is not configured by %s=%j, which is refused by name', (name, value) => {
    const read = () => readConfig({ ...mail, [name]: value })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(`\n  ${name} must `)
  })

  test.each(['DATABASE_URL', 'SMTP_URL', 'SECRET', 'METRICS_TOKEN'])(
    'what %s holds is never shown',
    (name) => {
      const secret = `swordfish\u0000${'x'.repeat(3)}`
      const read = () => readConfig({ ...mail, [name]: secret, PORT: 'abc' })
      // Refused for another variable, with every value that may be shown; this one is not among them.
      expect(read).toThrow(/^(?!.*swordfish).*PORT/s)
    },
  )
})
