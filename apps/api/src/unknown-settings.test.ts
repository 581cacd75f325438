import { expect, test } from 'vitest'
import { describeConfig } from './config.ts'
import { describeUnknown, unknownSettings } from './unknown-settings.ts'

test.each([
  ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
  ['SMTP_URI', 'SMTP_URL'],
  ['SECRETS', 'SECRET'],
  ['MAIL_FRM', 'MAIL_FROM'],
  ['cors_origin', 'CORS_ORIGINS'],
  ['database_url', 'DATABASE_URL'],
])('%s is recognised as a mistyped %s', (name, meant) => {
  expect(unknownSettings({ [name]: 'x' })).toEqual([{ name, meant }])
})

test('what belongs to the system and to other programs is left alone', () => {
  const others = `
    PATH HOME HOSTNAME LANG LC_ALL PWD SHELL TERM TMPDIR TZ USER EDITOR NODE_ENV NODE_OPTIONS
    NODE_EXTRA_CA_CERTS HTTP_PROXY HTTPS_PROXY NO_PROXY POSTGRES_PASSWORD PGHOST PGPORT
    KUBERNETES_SERVICE_HOST INVOCATION_ID JOURNAL_STREAM PREBOOK_URL PREBOOK_TOKEN COMPOSE_PROJECT_NAME
    MAILTO MAIL PORTS HOSTS
  `
    .trim()
    .split(/\s+/)
  const settings = describeConfig().map(({ name }) => name)
  const environment = Object.fromEntries([...others, ...settings].map((name) => [name, 'x']))
  expect(unknownSettings(environment).map(describeUnknown)).toEqual([])
})
