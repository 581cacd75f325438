import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { credentialsFile, deleteCredential, saveCredential, readCredentials } from './credentials.ts'

const here = { address: 'http://127.0.0.1:8787', email: 'admin@example.org', token: 'one' }
const there = { address: 'https://books.example.org', email: 'admin@example.org', token: 'two' }

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prebook-credentials-'))
  file = join(folder, 'settings', 'prebook', 'credentials.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the path of the credentials file', () => {
  test.each([
    ['linux', { XDG_CONFIG_HOME: '/xdg' }, '/xdg/prebook/credentials.json'],
    ['linux', {}, '/home/me/.config/prebook/credentials.json'],
    ['linux', { XDG_CONFIG_HOME: '' }, '/home/me/.config/prebook/credentials.json'],
    ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/me/.config/prebook/credentials.json'],
    ['darwin', { XDG_CONFIG_HOME: '/xdg' }, '/home/me/Library/Application Support/prebook/credentials.json'],
  ] as const)('on %s with %o', (platform, env, expected) => {
    expect(credentialsFile(env, platform, '/home/me')).toBe(expected)
  })

  test('on Windows', () => {
    expect(credentialsFile({ APPDATA: 'C:\\Roaming' }, 'win32', 'C:\\me')).toBe(
      'C:\\Roaming\\prebook\\credentials.json',
    )
    expect(credentialsFile({}, 'win32', 'C:\\me')).toBe('C:\\me\\AppData\\Roaming\\prebook\\credentials.json')
  })
})

describe('tokens', () => {
  test('are readable only by their owner, in a private folder', async () => {
    await saveCredential(file, here)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700)
  })

  test('become private again if others could read them', async () => {
    await mkdir(dirname(file), { recursive: true, mode: 0o755 })
    await writeFile(file, '{ "servers": [] }')
    await chmod(file, 0o644)
    await saveCredential(file, here)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700)
  })

  test('are saved per server, the latest sign-in last', async () => {
    await saveCredential(file, here)
    await saveCredential(file, there)
    expect(await readCredentials(file)).toEqual([here, there])
    const again = { ...here, token: 'three' }
    await saveCredential(file, again)
    expect(await readCredentials(file)).toEqual([there, again])
  })

  test('are deleted per server', async () => {
    await saveCredential(file, here)
    await saveCredential(file, there)
    await deleteCredential(file, here.address)
    expect(await readCredentials(file)).toEqual([there])
    expect(await readFile(file, 'utf8')).not.toContain(here.token)
    await deleteCredential(file, there.address)
    await deleteCredential(file, there.address)
    expect(await readCredentials(file)).toEqual([])
  })

  test('do not exist before the first sign-in', async () => {
    expect(await readCredentials(file)).toEqual([])
    await deleteCredential(file, here.address)
    expect(await readdir(folder)).toEqual([])
  })
})

describe('the file is replaced atomically', () => {
  test('so that a concurrent reader never sees a partial file', async () => {
    const long = { ...here, token: 'x'.repeat(200_000) }
    await saveCredential(file, long)
    const written = new AbortController()
    const reading = (async () => {
      let reads = 0
      for (; !written.signal.aborted; reads += 1) expect(await readCredentials(file)).toHaveLength(1)
      return reads
    })()
    for (let round = 0; round < 50; round += 1)
      await saveCredential(file, { ...long, email: `${round}@example.org` })
    written.abort()
    expect(await reading).toBeGreaterThan(1)
    expect(await readdir(dirname(file))).toEqual(['credentials.json'])
  })

  test('and a failure leaves no temporary file', async () => {
    // A folder with the name of the file can be neither read nor replaced as a file.
    await mkdir(join(file, 'occupied'), { recursive: true })
    await expect(saveCredential(file, here)).rejects.toThrow('cannot be read')
    expect(await readdir(dirname(file))).toEqual(['credentials.json'])
  })
})

describe('an invalid file', () => {
  test.each([
    '',
    '{',
    '[]',
    'null',
    '{"servers":{}}',
    '{"servers":[{"address":"http://x"}]}',
    '{"servers":[null]}',
    '{"servers":[{"address":"elsewhere","email":"a@b.c","token":"token"}]}',
  ])('such as “%s” is neither used nor overwritten', async (content) => {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    await expect(readCredentials(file)).rejects.toMatchObject({
      exit: 'failed',
      remedy: expect.stringContaining('Delete'),
    })
    await expect(saveCredential(file, here)).rejects.toThrow('cannot be read')
    expect(await readFile(file, 'utf8')).toBe(content)
  })
})
