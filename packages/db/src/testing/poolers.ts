import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { vi } from 'vitest'
import { WAIT } from '@prebook/testing/bounds'
import { freePort, userInsteadOfRoot } from '@prebook/testing/postgres'

const run = promisify(execFile)

/** Whether pgbouncer is installed. */
export const hasPgbouncer = await run('pgbouncer', ['--version']).then(
  () => true,
  () => false,
)

/** A pooler in front of a server. */
export type Pooler = AsyncDisposable & { url: string }

/** Starts pgbouncer in front of a server, with its default settings unless `settings` has others. */
export async function startPgbouncer(
  serverUrl: string,
  settings: Record<string, string | number>,
): Promise<Pooler> {
  const target = new URL(serverUrl)
  const folder = await mkdtemp(join(tmpdir(), 'prebook-pgbouncer-'))
  await chmod(folder, 0o755)
  const port = await freePort()
  const lines = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    ...settings,
  }
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(
    file,
    [
      '[databases]',
      `* = host=${target.hostname} port=${target.port} user=${target.username}`,
      '[pgbouncer]',
      ...Object.entries(lines).map(([name, value]) => `${name} = ${value}`),
    ].join('\n'),
  )
  const child = spawn('pgbouncer', [file], { stdio: 'ignore', ...(await userInsteadOfRoot()) })
  const exited = once(child, 'exit')
  const url = new URL(serverUrl)
  url.port = String(port)
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
    await rm(folder, { recursive: true })
  }
  try {
    await vi.waitFor(async () => {
      const client = new Client({ connectionString: url.href })
      client.on('error', () => {})
      await client.connect()
      await client.end()
    }, WAIT)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: url.href, [Symbol.asyncDispose]: stop }
}

/** What poolers accept at the start of a connection. */
const ACCEPTED = new Set(['user', 'database', 'application_name', 'client_encoding'])

/**
 * Starts a relay that refuses what pgbouncer refuses at the start of a connection, and sends another process number than
 * the server, as pgbouncer does. For machines without pgbouncer.
 */
export async function startStrictRelay(serverUrl: string): Promise<Pooler> {
  const target = new URL(serverUrl)
  const server = createServer((near) => {
    near.on('error', () => {})
    near.once('data', (startup) => {
      const names = startup
        .subarray(8)
        .toString()
        .split('\0')
        .filter((_, index) => index % 2 === 0)
      const refused = names.find((name) => name !== '' && !ACCEPTED.has(name))
      if (refused !== undefined) {
        near.end(errorMessage(`unsupported startup parameter: ${refused}`))
        return
      }
      const far = connect({ host: target.hostname, port: Number(target.port) })
      far.on('error', () => near.destroy())
      far.on('close', () => near.destroy())
      near.on('close', () => far.destroy())
      far.write(startup)
      near.pipe(far)
      // The first answer of a server without passwords ends with its process number.
      far.once('data', (answer) => {
        near.write(withOtherProcess(answer))
        far.pipe(near)
      })
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(serverUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

/** The message of a pooler that refuses a connection. */
function errorMessage(text: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C08P01\0M${text}\0\0`)
  const length = Buffer.alloc(4)
  length.writeInt32BE(fields.length + 4)
  return Buffer.concat([Buffer.from('E'), length, fields])
}

/** Replaces the number in the message `BackendKeyData` (K). */
function withOtherProcess(answer: Buffer): Buffer {
  const copy = Buffer.from(answer)
  for (let start = 0; start + 5 <= copy.length; start += 1 + copy.readInt32BE(start + 1)) {
    if (copy[start] === 'K'.charCodeAt(0)) copy.writeInt32BE(1, start + 5)
  }
  return copy
}
