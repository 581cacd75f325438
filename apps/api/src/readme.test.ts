import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { WAIT_MS } from '@prebook/testing/bounds'
import { spawnApi } from '@prebook/testing/api'
import { describe, expect, test } from 'vitest'
import { describeConfig } from './config.ts'

const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')

describe('the README', () => {
  test.each(describeConfig())('describes $name like the code', ({ name, meaning, default: value }) => {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? ''
    const [, , text = '', shown = ''] = row.split('|').map((cell) => cell.trim().replaceAll('`', ''))
    expect(text).toBe(meaning)
    expect(shown).toBe(value === undefined ? '' : String(value))
  })

  test('names only commands that exist', () => {
    const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> }
    const named = [...readme.matchAll(/(?:`|^|-- )pnpm ([a-z][\w:]*)/gm)].map((match) => match[1] ?? '')
    expect(named).toContain('demo')
    for (const script of named) expect(Object.keys(scripts)).toContain(script)
  })
})

/** The curl commands of the README, each on one line. */
const commands = (/^### REST\n[^]*?```sh\n([^]*?)```/m.exec(readme)?.[1] ?? '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line.startsWith('curl '))

/** Runs a command, and returns its output; that of a stream up to its first event. */
async function runShell(command: string): Promise<string> {
  const child = spawn('sh', ['-c', `exec ${command}`], {
    timeout: WAIT_MS,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const chunk of child.stdout) {
    output += String(chunk)
    if (/^data: .*$/m.test(output)) child.kill()
  }
  return output
}

const hasCurl = spawnSync('curl', ['--version']).status === 0

describe('the curl commands of the README', () => {
  test.skipIf(!hasCurl)('do what they show, in their order', async () => {
    const admin = { email: 'admin@example.org', password: 'a password for tests' }
    const reader = { email: 'reader@example.org', password: 'another password' }
    await using api = await spawnApi({ admin })
    const call = async (path: string, body: object, token?: string): Promise<Record<string, unknown>> => {
      const headers = {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      }
      const response = await fetch(api.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
      return (await response.json()) as Record<string, unknown>
    }
    const tokenOf = (answer: Record<string, unknown>) => String(answer['access_token'])
    const staff = tokenOf(await call('/auth/login', admin))
    await call('/auth/register', reader)
    for (let id = 1; id <= 12; id += 1) {
      const isbn = id === 12 ? { isbn: '9780441013593' } : {}
      await call('/books', { title: `Book ${id}`, author: 'An Author', price: 19.99, ...isbn }, staff)
    }

    const outputs: unknown[] = []
    let token = ''
    for (const command of commands) {
      const output = await runShell(
        command
          .replaceAll('http://127.0.0.1:8787', api.url)
          .replaceAll('…', reader.password)
          .replaceAll('<access_token of staff>', staff)
          .replaceAll('<access_token>', token),
      )
      const data = output.startsWith(':') ? /^data: (.*)$/m.exec(output)?.[1] : output
      const answer: unknown = data === '' || data === undefined ? null : JSON.parse(data)
      if (command.includes('/auth/login')) token = tokenOf(answer as Record<string, unknown>)
      outputs.push(answer)
    }
    expect(outputs).toMatchObject([
      { items: expect.arrayContaining([expect.objectContaining({ id: 12, in_stock: false })]) },
      { access_token: token, token_type: 'bearer' },
      { id: 1, book_id: 12, status: 'waiting' },
      { id: 1, status: 'waiting', queue_position: 1 },
      { id: 1, status: 'waiting' },
      { id: 12, stock_quantity: 5 },
      null,
    ])
    const headers = { authorization: `Bearer ${token}` }
    const after = await fetch(`${api.url}/prebooks/1`, { headers })
    expect(await after.json()).toMatchObject({ status: 'cancelled' })
  })
})
