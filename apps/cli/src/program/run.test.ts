import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { CommanderError, type Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { exitMeanings } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { createTestCli } from '../testing/test-cli.ts'

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

/** An address on which no server listens. */
async function unusedAddress(): Promise<string> {
  await using server = await serve(() => undefined)
  return server.url
}

const everyCommand = [
  ['login', '--email', 'a@b.c', '--password-stdin'],
  ['login', '--token-stdin'],
  ['logout'],
  ['whoami'],
  ['status'],
  ['books', 'list'],
  ['books', 'show', 'dune'],
  ['books', 'add', '--title', 'X', '--author', 'Y', '--price', '5'],
  ['books', 'edit', '1', '--price', '5'],
  ['books', 'expect', '1', '2027-03-12'],
  ['books', 'overdue'],
  ['books', 'withdraw', '1', '--yes'],
  ['books', 'reinstate', '1'],
  ['restock', '1', '--to', '5', '--yes'],
  ['restock', '9780441013593', '--to', '5', '--yes'],
  ['stock', 'history', '1'],
  ['demand'],
  ['demand', 'show', '1'],
  ['demand', 'order'],
  ['users', 'list'],
  ['users', 'invite', 'a@b.c', '--role', 'staff'],
  ['users', 'set-role', 'a@b.c', 'staff'],
  ['users', 'deactivate', 'a@b.c'],
  ['users', 'reactivate', '1'],
  ['tokens', 'create', 'Till', '--scope', 'stock:write'],
  ['tokens', 'list'],
  ['tokens', 'rotate', '4', '--overlap-hours', '1'],
  ['tokens', 'revoke', '4', '--yes'],
  ['audit', 'list'],
]

// These tests only wait, so they run concurrently.
describe.concurrent('a server that cannot be reached', () => {
  test.each(everyCommand.map((args) => [args]))('makes %j exit with 7', async (args) => {
    const url = await unusedAddress()
    await using cli = await createTestCli({ PREBOOK_URL: url, PREBOOK_TOKEN: 'token' })
    const run = await cli.prebook([...args, '--verbose'], { input: 'secret' })
    expect(run).toMatchObject({ code: 7, stdout: '' })
    expect(run.stderr).toContain(`${url} cannot be reached (ECONNREFUSED)`)
    expect(run.stderr).toContain('cause: fetch failed')
  })
})

describe.concurrent('a proxy without its server', () => {
  test.each(everyCommand.map((args) => [args]))('makes %j exit with 7', async (args) => {
    await using proxy = await serve((_request, response) => {
      response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Service Unavailable</h1>')
    })
    await using cli = await createTestCli({ PREBOOK_URL: proxy.url, PREBOOK_TOKEN: 'token' })
    const run = await cli.prebook([...args], { input: 'secret' })
    expect(run).toMatchObject({ code: 7, stdout: '' })
    expect(run.stderr).toContain(`${proxy.url} is not available (HTTP 503)`)
  })
})

describe.concurrent('a server that is not Prebook', () => {
  const html: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>')
  }
  const json: RequestListener = (_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"\\u001b[2J"}')
  }
  test.each([
    ...everyCommand.map((args) => ['html', args] as const),
    ['json', ['status']] as const,
    ['json', ['demand']] as const,
  ])('(%s) makes %j exit with 7', async (kind, args) => {
    await using server = await serve(kind === 'html' ? html : json)
    await using cli = await createTestCli({ PREBOOK_URL: server.url, PREBOOK_TOKEN: 'token' })
    const run = await cli.prebook([...args], { input: 'secret' })
    expect(run).toMatchObject({ code: 7, stdout: '' })
    expect(run.stderr).toContain(`${server.url} is not a Prebook server`)
    expect(run.stderr).not.toContain('\u001b')
  })

  test('makes logout keep the token, so that it can be retried', async () => {
    await using server = await serve(html)
    await using cli = await createTestCli({ PREBOOK_URL: server.url })
    const content = JSON.stringify({ servers: [{ address: server.url, email: 'a@b.c', token: 'token' }] })
    await mkdir(dirname(cli.credentialsFile), { recursive: true })
    await writeFile(cli.credentialsFile, content)
    const logout = await cli.prebook(['logout'])
    expect(logout).toMatchObject({ code: 7, stdout: '' })
    expect(logout.stderr).toContain('you are still signed in')
    expect(await readFile(cli.credentialsFile, 'utf8')).toBe(content)
  })
})

describe.concurrent('invalid usage', () => {
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
    [['demand', '--since', '1.5']],
    [['demand', 'shwo', '1']],
    [['demand', '--all']],
    [['books', 'list', '--csv', '--json']],
    [['--json', 'demand', 'show', '1', '--csv']],
    [['demand', 'order', '--csv', '--json']],
    [['demand', 'order', '--readers-per-copy', '2.5']],
    [['stock']],
    [['completion', 'tcsh']],
  ])('%j exits with 2 and an error message', async (args) => {
    await using cli = await createTestCli()
    const run = await cli.prebook(args)
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).not.toBe('')
    expect(run.stderr).not.toContain('secret')
  })

  test('includes an invalid environment variable', async () => {
    await using cli = await createTestCli()
    expect((await cli.prebook(['whoami'], { env: { PREBOOK_URL: 'nowhere' } })).stderr).toContain(
      'PREBOOK_URL',
    )
    const token = await cli.prebook(['whoami'], { env: { PREBOOK_TOKEN: 'two words' } })
    expect(token).toMatchObject({ code: 2 })
    expect(token.stderr).not.toContain('two words')
  })
})

/** Every runnable command with its path. */
function leaves(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  const below = command.commands.flatMap((sub) => leaves(sub, [...path, sub.name()]))
  const isRunnable = command.commands.length === 0 || command.name() === 'demand'
  return isRunnable ? [{ path, command }, ...below] : below
}

/** The output of `--help` for a command. */
async function helpOn(path: string[]): Promise<string> {
  const program = createProgram()
  let help = ''
  const collect = (command: Command) => {
    command.configureOutput({ writeOut: (text) => (help += text) })
    command.commands.forEach(collect)
  }
  collect(program)
  await program.parseAsync([...path, '--help'], { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error
  })
  return help
}

describe('help', () => {
  test.each(leaves(createProgram()).map(({ path }) => [path]))(
    'for %j shows its options, the global ones and an example',
    async (path) => {
      const help = await helpOn(path)
      expect(help).toContain(`Usage: prebook ${path.join(' ')}`)
      for (const option of ['--json', '--url', '--verbose', '--help']) expect(help).toContain(option)
      expect(help.split('Examples:')[1]).toContain(`prebook ${path.join(' ')}`)
      // Listed twice means that the parent command's option is shown too.
      expect(help.match(/--limit <n>/g) ?? []).toHaveLength(help.includes('--limit') ? 1 : 0)
    },
  )

  test('is printed by the real command, with the exit codes', async () => {
    await using cli = await createTestCli()
    const help = await cli.prebook(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain('Exit codes:')
    expect(await cli.prebook(['restock', '--help'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('and the README list the same commands and options', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    for (const { path, command } of leaves(createProgram())) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${path.join(' ')}`))
      expect(row, path.join(' ')).toBeDefined()
      for (const { long } of command.options) expect(row, path.join(' ')).toContain(long)
    }
  })

  test('and the README list every exit code', async () => {
    await using cli = await createTestCli()
    const { stdout } = await cli.prebook(['--help'])
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    for (const meaning of Object.values(exitMeanings)) {
      expect(stdout).toContain(meaning)
      expect(readme).toContain(meaning)
    }
  })

  test('--version prints the version of the package', async () => {
    await using cli = await createTestCli()
    const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(await cli.prebook(['--version'])).toEqual({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    })
  })
})

test('an unreadable credentials file is reported when needed, ignored otherwise, and never overwritten', async () => {
  await using server = await serve((_request, response) => response.end('<html>'))
  await using cli = await createTestCli({ PREBOOK_URL: server.url })
  await mkdir(dirname(cli.credentialsFile), { recursive: true })
  await writeFile(cli.credentialsFile, 'broken')
  const whoami = await cli.prebook(['whoami'])
  expect(whoami).toMatchObject({ code: 1, stdout: '' })
  expect(whoami.stderr).toContain(cli.credentialsFile)
  expect(await cli.prebook(['whoami'], { env: { PREBOOK_TOKEN: 'token' } })).toMatchObject({ code: 7 })
  const login = await cli.prebook(['login', '--email', 'a@b.c', '--password-stdin'], { input: 'secret' })
  expect(login).toMatchObject({ code: 1, stdout: '' })
  expect(await readFile(cli.credentialsFile, 'utf8')).toBe('broken')
})
