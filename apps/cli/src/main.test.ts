import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitMeanings } from './exit-codes.ts'
import { createDesk } from './testing/run-prebook.ts'

async function serve(listener: RequestListener): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

/** An address where nothing listens any more. */
async function abandonedAddress(): Promise<string> {
  await using server = await serve(() => undefined)
  return server.url
}

const everyCommand = [
  ['login', '--email', 'a@b.c', '--password-stdin'],
  ['login', '--token-stdin'],
  ['logout'],
  ['whoami'],
  ['books', 'list'],
  ['books', 'add', '--title', 'X', '--author', 'Y', '--price', '5'],
  ['restock', '1', '--to', '5', '--yes'],
  ['restock', '9780441013593', '--to', '5', '--yes'],
  ['demand'],
]

describe('a server that cannot be reached', () => {
  test.each(everyCommand.map((args) => [args]))('makes %j end with 7', async (args) => {
    const url = await abandonedAddress()
    await using desk = await createDesk({ PREBOOK_URL: url, PREBOOK_TOKEN: 'token' })
    const run = await desk.prebook([...args, '--verbose'], { input: 'secret' })
    expect(run).toMatchObject({ code: 7, stdout: '' })
    expect(run.stderr).toContain(`${url} cannot be reached (ECONNREFUSED)`)
    expect(run.stderr).toContain('cause: fetch failed')
  })
})

describe('a server that is not Prebook', () => {
  const html: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>')
  }
  const json: RequestListener = (_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"\\u001b[2J"}')
  }
  test.each(everyCommand.map((args) => [args]))('makes %j end with 7', async (args) => {
    for (const listener of [html, json]) {
      await using server = await serve(listener)
      await using desk = await createDesk({ PREBOOK_URL: server.url, PREBOOK_TOKEN: 'token' })
      const run = await desk.prebook(args, { input: 'secret' })
      expect(run).toMatchObject({ code: 7, stdout: '' })
      expect(run.stderr).toContain(`${server.url} does not answer like a Prebook server`)
      expect(run.stderr).not.toContain('\u001b')
    }
  })

  test('makes logout keep the token, for another try', async () => {
    await using server = await serve(html)
    await using desk = await createDesk({ PREBOOK_URL: server.url })
    const content = JSON.stringify({ servers: [{ address: server.url, email: 'a@b.c', token: 'token' }] })
    await mkdir(dirname(desk.credentialsFile), { recursive: true })
    await writeFile(desk.credentialsFile, content)
    const logout = await desk.prebook(['logout'])
    expect(logout).toMatchObject({ code: 7, stdout: '' })
    expect(logout.stderr).toContain('you are still signed in')
    expect(await readFile(desk.credentialsFile, 'utf8')).toBe(content)
  })
})

describe('wrong usage', () => {
  test.each([
    [[]],
    [['books']],
    [['book']],
    [['restock']],
    [['restock', '1']],
    [['restock', '1', '2', '--to', '5', '--yes']],
    [['whoami', '--colour']],
    [['whoami', '--url', 'localhost:8787']],
    [['whoami', '--url', 'http://me:secret@127.0.0.1']],
    [['demand', '--days', '1.5']],
  ])('%j ends with 2 and says something', async (args) => {
    await using desk = await createDesk()
    const run = await desk.prebook(args)
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).not.toBe('')
    expect(run.stderr).not.toContain('secret')
  })

  test('includes a variable of the environment that makes no sense', async () => {
    await using desk = await createDesk()
    expect((await desk.prebook(['whoami'], { env: { PREBOOK_URL: 'nowhere' } })).stderr).toContain(
      'PREBOOK_URL',
    )
    const token = await desk.prebook(['whoami'], { env: { PREBOOK_TOKEN: 'two words' } })
    expect(token).toMatchObject({ code: 2 })
    expect(token.stderr).not.toContain('two words')
  })
})

describe('help', () => {
  test.each([
    [['--help']],
    [['login', '--help']],
    [['logout', '--help']],
    [['whoami', '--help']],
    [['books', 'list', '--help']],
    [['books', 'add', '--help']],
    [['restock', '--help']],
    [['demand', '--help']],
  ])('%j shows options, the common ones too, and an example or the exit codes', async (args) => {
    await using desk = await createDesk()
    const { code, stdout, stderr } = await desk.prebook(args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('--json')
    expect(stdout).toContain('--url')
    expect(stdout).toContain(args.length === 1 ? 'Exit codes:' : 'Examples:')
  })

  test('and the README name every exit code', async () => {
    await using desk = await createDesk()
    const { stdout } = await desk.prebook(['--help'])
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    for (const meaning of Object.values(exitMeanings)) {
      expect(stdout).toContain(meaning)
      expect(readme).toContain(meaning)
    }
  })

  test('--version is the version of the package', async () => {
    await using desk = await createDesk()
    const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(await desk.prebook(['--version'])).toEqual({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    })
  })
})

test('a broken file of tokens is told, is no obstacle to whoever does not need it, and stays', async () => {
  await using server = await serve((_request, response) => response.end('<html>'))
  await using desk = await createDesk({ PREBOOK_URL: server.url })
  await mkdir(dirname(desk.credentialsFile), { recursive: true })
  await writeFile(desk.credentialsFile, 'broken')
  const whoami = await desk.prebook(['whoami'])
  expect(whoami).toMatchObject({ code: 1, stdout: '' })
  expect(whoami.stderr).toContain(desk.credentialsFile)
  expect(await desk.prebook(['whoami'], { env: { PREBOOK_TOKEN: 'token' } })).toMatchObject({ code: 7 })
  const login = await desk.prebook(['login', '--email', 'a@b.c', '--password-stdin'], { input: 'secret' })
  expect(login).toMatchObject({ code: 1, stdout: '' })
  expect(await readFile(desk.credentialsFile, 'utf8')).toBe('broken')
})
