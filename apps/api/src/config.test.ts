import { X509Certificate } from 'node:crypto'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { ConfigError, describeConfig, readConfig } from './config.ts'

describe('the configuration', () => {
  test('uses the documented defaults when nothing is set', () => {
    expect(readConfig({})).toEqual({
      DATABASE_URL: 'file:./data/prebook.db',
      DATABASE_POOL_SIZE: 10,
      DATABASE_WAIT_MS: 5_000,
      DATABASE_STATEMENT_TIMEOUT_MS: 30_000,
      HOST: '127.0.0.1',
      PORT: 8787,
      STOP_GRACE_MS: 2_000,
      CURRENCY: 'EUR',
      CORS_ORIGINS: [],
      TRUSTED_PROXIES: 0,
      LOG_LEVEL: 'info',
      MAIL_PARALLEL: 5,
      MAIL_PER_SECOND: 20,
      MAIL_TRIES: 10,
      MAIL_PREVIEW: '0',
      SHOP_TIMEZONE: 'UTC',
      READERS_PER_COPY: 3,
      ANNOUNCEMENT_DELAY_MINUTES: 15,
      RETAIN_DELIVERIES_DAYS: 365,
      REGISTRATIONS_PER_HOUR: 30,
      LOGIN_FAILURES_PER_HOUR: 20,
      REFUSED_BODIES_PER_HOUR: 300,
      PREBOOKS_PER_HOUR: 600,
      PREBOOK_REQUESTS_PER_HOUR: 60,
      REQUEST_PROOF: 0,
      TOKEN_REQUESTS_PER_MINUTE: 1_200,
      SIGN_IN_WAIT_MS: 3_000,
    })
  })

  test('treats an empty variable as unset', () => {
    const names = describeConfig().map(({ name }) => name)

    expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readConfig({}))
  })

  test('ignores other variables', () => {
    expect(readConfig({ HOME: '/root', port: 'x' })).toEqual(readConfig({}))
  })

  test.each([
    ['PORT', '0', 0],
    ['CURRENCY', 'JPY', 'JPY'],
    ['PORT', '65535', 65_535],
    ['DATABASE_POOL_SIZE', '1', 1],
    ['DATABASE_WAIT_MS', '100', 100],
    ['DATABASE_STATEMENT_TIMEOUT_MS', '600000', 600_000],
    ['TRUSTED_PROXIES', '10', 10],
    ['REGISTRATIONS_PER_HOUR', '1', 1],
    ['LOGIN_FAILURES_PER_HOUR', '1000000', 1_000_000],
    ['REFUSED_BODIES_PER_HOUR', '1', 1],
    ['PREBOOKS_PER_HOUR', '1000000', 1_000_000],
    ['PREBOOK_REQUESTS_PER_HOUR', '1', 1],
    ['REQUEST_PROOF', '4000', 4_000],
    ['TOKEN_REQUESTS_PER_MINUTE', '1', 1],
    ['SIGN_IN_WAIT_MS', '100', 100],
    ['SHOP_TIMEZONE', 'Europe/Berlin', 'Europe/Berlin'],
    ['READERS_PER_COPY', '1', 1],
    ['READERS_PER_COPY', '1000', 1_000],
    ['ANNOUNCEMENT_DELAY_MINUTES', '0', 0],
    ['ANNOUNCEMENT_DELAY_MINUTES', '1440', 1_440],
    ['RETAIN_DELIVERIES_DAYS', '1', 1],
    ['RETAIN_DELIVERIES_DAYS', '36500', 36_500],
    ['LOG_LEVEL', 'silent', 'silent'],
    ['PUBLIC_URL', 'https://books.example.org', 'https://books.example.org'],
    ['PUBLIC_URL', 'http://localhost:8787', 'http://localhost:8787'],
    ['METRICS_TOKEN', '0123456789abcdef', '0123456789abcdef'],
    ['METRICS_TOKEN', '1234512345123451', '1234512345123451'],
    ['SECRET', 'abcdef'.repeat(6), 'abcdef'.repeat(6)],
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
    ['REFUSED_BODIES_PER_HOUR', '0'],
    ['PREBOOKS_PER_HOUR', '0'],
    ['PREBOOK_REQUESTS_PER_HOUR', '0'],
    ['REQUEST_PROOF', '-1'],
    ['TOKEN_REQUESTS_PER_MINUTE', '0'],
    ['SIGN_IN_WAIT_MS', '99'],
    ['SHOP_TIMEZONE', 'Berlin'],
    ['SHOP_TIMEZONE', 'Europe/Atlantis'],
    ['SHOP_TIMEZONE', '+02:00'],
    ['READERS_PER_COPY', '0'],
    ['READERS_PER_COPY', '2.5'],
    ['READERS_PER_COPY', '1001'],
    ['ANNOUNCEMENT_DELAY_MINUTES', '1441'],
    ['ANNOUNCEMENT_DELAY_MINUTES', '0.5'],
    ['RETAIN_DELIVERIES_DAYS', '0'],
    ['RETAIN_DELIVERIES_DAYS', '36501'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_LEVEL', 'INFO'],
    ['PUBLIC_URL', 'books.example.org'],
    ['PUBLIC_URL', 'ftp://books.example.org'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'a.example'],
    ['CORS_ORIGINS', 'https://a.example/'],
    ['CORS_ORIGINS', 'https://a.example,https://b.example/path'],
    ['CORS_ORIGINS', 'null'],
  ])('rejects %s=%s and names the variable, its value and the allowed values', (name, value) => {
    const read = () => readConfig({ [name]: value })

    expect(read).toThrow(ConfigError)
    expect(read).toThrow(`\n  ${name} must be `)
    expect(read).toThrow(`; got ${JSON.stringify(value)}`)
  })

  test('reports all invalid variables at once, one per line', () => {
    const read = () => readConfig({ PORT: 'abc', LOG_LEVEL: 'loud', HOST: '::1' })

    expect(read).toThrow(/^Invalid environment variables:\n {2}PORT [^\n]+\n {2}LOG_LEVEL [^\n]+$/)
  })
})

test('describes every variable with its default', () => {
  const described = describeConfig()

  expect(described.length).toBeGreaterThan(7)
  for (const { name, meaning } of described)
    expect([name, meaning]).toEqual([name, expect.stringMatching(/^[A-Z].+\.$/)])
  const defaults = Object.fromEntries(described.map(({ name, default: value }) => [name, value]))
  // Variables without a default are absent from the configuration.
  expect(defaults).toEqual(expect.objectContaining(readConfig({})))
  expect(JSON.parse(JSON.stringify(defaults))).toEqual(readConfig({}))
})

describe('mail', () => {
  const mail = {
    SMTP_URL: 'smtps://shop:s%20cret@mail.example.org:465',
    MAIL_FROM: 'The Bookshop <shop@example.org>',
    SECRET: '0123456789abcdef'.repeat(2),
    PUBLIC_URL: 'https://books.example.org',
  }

  test.each([
    ['SECRET', 'a'.repeat(40)],
    ['SECRET', 'abcde'.repeat(10)],
    ['METRICS_TOKEN', '1234'.repeat(4)],
  ])('refuses %s=%s, which can be guessed, without repeating it', (name, value) => {
    const read = () => readConfig({ [name]: value })
    expect(read).toThrow(`${name} is too regular to be a secret`)
    expect(read).not.toThrow(value)
  })

  test('is configured with four variables', () => {
    expect(readConfig(mail)).toMatchObject(mail)
  })

  test.each(['require', 'opportunistic', 'off'])('accepts SMTP_TLS=%s', (mode) => {
    expect(readConfig({ ...mail, SMTP_URL: 'smtp://127.0.0.1', SMTP_TLS: mode })).toMatchObject({
      SMTP_TLS: mode,
    })
  })

  test('rejects SMTP_TLS=off with smtps://', () => {
    const read = () => readConfig({ ...mail, SMTP_TLS: 'off' })
    expect(read).toThrow(/\n {2}SMTP_TLS must not be off when SMTP_URL begins with smtps:/)
  })

  test('reads the certificates in SMTP_CA_FILE', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'prebook-config-'))
    const path = join(folder.path, 'authority.pem')
    await writeFile(path, `The authority of the shop\n${rootCertificates[0]}\n\n${rootCertificates[1]}`)
    const { SMTP_CA_FILE: read } = readConfig({ ...mail, SMTP_CA_FILE: path })
    expect(read?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
    const fingerprint = (pem = '') => new X509Certificate(pem).fingerprint256
    expect(fingerprint(read)).toBe(fingerprint(rootCertificates[0]))
  })

  test.each([
    ['is missing', null, 'ENOENT'],
    ['is empty', '', 'it has no certificate'],
    ['contains something else', 'shop', 'it has no certificate'],
    [
      'is damaged',
      rootCertificates[0]?.replace('MII', 'M++'),
      'must be a PEM file with certificates: error:',
    ],
  ])('rejects SMTP_CA_FILE and names it when the file %s', async (_, content, reason) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'prebook-config-'))
    const path = join(folder.path, 'authority.pem')
    if (typeof content === 'string') await writeFile(path, content)
    const read = () => readConfig({ ...mail, SMTP_CA_FILE: path })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow('\n  SMTP_CA_FILE must be a PEM file with certificates: ')
    expect(read).toThrow(reason)
  })

  test.each(['MAIL_FROM', 'SECRET', 'PUBLIC_URL'])('requires %s and names it when it is missing', (name) => {
    const read = () => readConfig({ ...mail, [name]: undefined })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(
      new RegExp(`^Invalid environment variables:\\n {2}${name} is required when SMTP_URL is set`),
    )
  })

  test('reports all missing variables at once', () => {
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
    ['SMTP_TLS', 'yes'],
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
  ])('rejects %s=%j and names the variable', (name, value) => {
    const read = () => readConfig({ ...mail, [name]: value })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(`\n  ${name} must `)
  })

  test.each(['DATABASE_URL', 'SMTP_URL', 'SECRET', 'METRICS_TOKEN'])(
    'never shows the value of %s',
    (name) => {
      const secret = `swordfish\u0000${'x'.repeat(3)}`
      const read = () => readConfig({ ...mail, [name]: secret, PORT: 'abc' })
      // The error is about another variable, and lists every value that may be shown.
      expect(read).toThrow(/^(?!.*swordfish).*PORT/s)
    },
  )
})
