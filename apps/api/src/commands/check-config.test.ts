import { fileURLToPath } from 'node:url'
import { spawnNode } from '@prebook/testing/spawn'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const entry = fileURLToPath(new URL('check-config.ts', import.meta.url))

async function check(env: Record<string, string>, ...args: string[]) {
  const child = spawnNode([entry, ...args], { env: { PATH: process.env['PATH'], ...env } })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, stdout, stderr }
}

const secrets = {
  DATABASE_URL: 'postgres://prebook:hunter22@db.example/shop',
  SECRET: '0123456789abcdef'.repeat(2),
  METRICS_TOKEN: 'abcdefghijklmnopqrst',
}

test('config:check prints what is in force without secrets, and names a mistyped setting', async () => {
  const { code, stdout, stderr } = await check({ ...secrets, PORT: '9000', TRUSTED_PROXY: '1' })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^PORT +9000$/m)
  expect(stdout).toMatch(/^CURRENCY +EUR$/m)
  expect(stdout).toMatch(/^SMTP_URL +\(not set\)$/m)
  expect(stdout).toMatch(/^SECRET +\(set, not shown\)$/m)
  expect(stderr).toBe(
    'warning: TRUSTED_PROXY is not a setting and has no effect: did you mean TRUSTED_PROXIES?\n',
  )
  for (const secret of Object.values(secrets)) expect(stdout).not.toContain(secret)
})

test('config:check prints JSON without secrets', async () => {
  const { code, stdout } = await check({ ...secrets, CORS_ORIGINS: 'https://a.example' }, '--json')
  expect(code).toBe(0)
  const printed = JSON.parse(stdout) as Record<string, unknown>
  expect(printed).toMatchObject({ PORT: 8787, CORS_ORIGINS: ['https://a.example'], PUBLIC_URL: null })
  expect(Object.keys(printed)).not.toEqual(expect.arrayContaining(['SECRET']))
})

test('config:check fails on an invalid value, and on an unknown option', async () => {
  const invalid = await check({ PORT: 'x', SECRET: 'a'.repeat(40) })
  expect(invalid).toMatchObject({ code: 1, stdout: '' })
  expect(invalid.stderr).toMatch(/\n {2}PORT must be/)
  expect(invalid.stderr).toContain('SECRET is too regular to be a secret')
  expect(invalid.stderr).not.toContain('aaaa')
  expect((await check({}, '--verbose')).code).toBe(2)
})
