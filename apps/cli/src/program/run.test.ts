import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { CommanderError, type Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { exitMeanings } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { createDesk } from '../testing/run-prebook.ts'

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
  ['status'],
  ['books', 'list'],
  ['books', 'show', 'dune'],
  ['books', 'add', '--title', 'X', '--author', 'Y', '--price', '5'],
  ['books', 'edit', '1', '--price', '5'],
  ['restock', '1', '--to', '5', '--yes'],
  ['restock', '9780441013593', '--to', '5', '--yes'],
  ['stock', 'history', '1'],
  ['demand'],
  ['demand', 'show', '1'],
  ['users', 'list'],
  ['users', 'deactivate', 'a@b.c'],
  ['users', 'reactivate', '1'],
]

// Waiting for nobody to answer takes no processor: these wait together.
describe.concurrent('a server that cannot be reached', () => {
  test.each(everyCommand.map((args) => [args]))('makes %j end with 7', async (args) => {
    const url = await abandonedAddress()
    await using desk = await createDesk({ PREBOOK_URL: url, PREBOOK_TOKEN: 'token' })
    const run = await desk.prebook([...args, '--verbose'], { input: 'secret' })
    expect(run).toMatchObject({ code: 7, stdout: '' })
    expect(run.stderr).toContain(`${url} cannot be reached (ECONNREFUSED)`)
    expect(run.stderr).toContain('cause: fetch failed')
  })
})

describe.concurrent('a proxy that says that the server is away', () => {
  test.each(everyCommand.map((args) => [args]))('makes %j end with 7', async (args) => {
    await using proxy = await serve((_request, response) => {
      response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Service Unavailable</h1>')
    })
    await using desk = await createDesk({ PREBOOK_URL: proxy.url, PREBOOK_TOKEN: 'token' })
    const run = await desk.prebook([...args], { input: 'secret' })
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
  ])('(%s) makes %j end with 7', async (kind, args) => {
    await using server = await serve(kind === 'html' ? html : json)
    await using desk = await createDesk({ PREBOOK_URL: server.url, PREBOOK_TOKEN: 'token' })
    const run = await desk.prebook([...args], { input: 'secret' })
    expect(run).toMatchObject({ code: 7, stdout: '' })
    expect(run.stderr).toContain(`${server.url} does not answer like a Prebook server`)
    expect(run.stderr).not.toContain('\u001b')
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

describe.concurrent('wrong usage', () => {
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
    [['stock']],
    [['completion', 'tcsh']],
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

/** Every command that does something, with the words that call it. */
function leaves(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  const below = command.commands.flatMap((sub) => leaves(sub, [...path, sub.name()]))
  const doesSomething = command.commands.length === 0 || command.name() === 'demand'
  return doesSomething ? [{ path, command }, ...below] : below
}

/** What `--help` prints after these words. */
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
    'on %j shows its options, the common ones, and an example that names it',
    async (path) => {
      const help = await helpOn(path)
      expect(help).toContain(`Usage: prebook ${path.join(' ')}`)
      for (const option of ['--json', '--url', '--verbose', '--help']) expect(help).toContain(option)
      expect(help.split('Examples:')[1]).toContain(`prebook ${path.join(' ')}`)
      // Twice would be once as an option of its own and once as one of its parent.
      expect(help.match(/--limit <n>/g) ?? []).toHaveLength(help.includes('--limit') ? 1 : 0)
    },
  )

  test('comes from the real command, with the exit codes', async () => {
    await using desk = await createDesk()
    const help = await desk.prebook(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain('Exit codes:')
    expect(await desk.prebook(['restock', '--help'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('and the README tell the same commands and options', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    for (const { path, command } of leaves(createProgram())) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${path.join(' ')}`))
      expect(row, path.join(' ')).toBeDefined()
      for (const { long } of command.options) expect(row, path.join(' ')).toContain(long)
    }
  })

  test('and the README name every exit code', async () => {
    await using desk = await createDesk()
    const { stdout } = await desk.prebook(['--help'])
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    for (const meaning of Object.values(exitMeanings)) {
      expect(stdout).toContain(meaning)
      expect(readme).toContain(meaning)
    }
  })

  test('--version is the version of the package', async () => {
    await using desk = await createDesk()
    const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
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
