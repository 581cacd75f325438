import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, posix, win32 } from 'node:path'
import { CommandError } from '../program/command-error.ts'
import { parseAddress } from './server-address.ts'

/** A session that was kept: at which server, whose, and the token. */
export type Credential = { address: string; email: string; token: string }

/** Where tokens are kept: `prebook/credentials.json` in the folder that the platform has for settings. */
export function credentialsFile(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const path = platform === 'win32' ? win32 : posix
  // The XDG Base Directory Specification has relative paths ignored.
  const named = (folder: string | undefined, otherwise: string) =>
    folder !== undefined && path.isAbsolute(folder) ? folder : otherwise
  const folder =
    platform === 'win32'
      ? named(env['APPDATA'], path.join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Application Support')
        : named(env['XDG_CONFIG_HOME'], path.join(home, '.config'))
  return path.join(folder, 'prebook', 'credentials.json')
}

/**
 * What is kept, the latest sign-in last; nothing when there is no file yet.
 *
 * @throws CommandError `failed` when the file is not readable or holds something else
 */
export async function readCredentials(file: string): Promise<Credential[]> {
  try {
    return parse(await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new CommandError('failed', `The sessions kept in ${file} cannot be read.`, {
      remedy: 'Delete the file, then run `prebook login`.',
      cause: error,
    })
  }
}

/**
 * Keeps a session in place of the one that was kept for the same server.
 *
 * @throws CommandError `failed` when the file cannot be read or written
 */
export async function keepCredential(file: string, credential: Credential): Promise<void> {
  const others = (await readCredentials(file)).filter(({ address }) => address !== credential.address)
  await write(file, [...others, credential])
}

/**
 * Forgets the session at one server.
 *
 * @throws CommandError `failed` when the file cannot be read or written
 */
export async function forgetCredential(file: string, address: string): Promise<void> {
  const kept = await readCredentials(file)
  const others = kept.filter((credential) => credential.address !== address)
  if (others.length < kept.length) await write(file, others)
}

function parse(text: string): Credential[] {
  const content: unknown = JSON.parse(text)
  if (typeof content !== 'object' || content === null || !('servers' in content))
    throw new Error('no servers')
  if (!Array.isArray(content.servers) || !content.servers.every(isCredential)) throw new Error('not sessions')
  for (const { address } of content.servers) parseAddress(address, 'the file')
  return content.servers
}

function isCredential(value: unknown): value is Credential {
  if (typeof value !== 'object' || value === null) return false
  return (['address', 'email', 'token'] as const).every(
    (key) => key in value && typeof (value as Record<string, unknown>)[key] === 'string',
  )
}

/** Replaces the file in one step: whoever reads it meanwhile, or a crash, finds the old content or the new. */
async function write(file: string, servers: Credential[]): Promise<void> {
  const folder = dirname(file)
  const fresh = `${file}.${randomUUID()}`
  try {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o700)
    // Created with its final mode: a file that is narrowed down later could be read by others until then.
    await writeFile(fresh, `${JSON.stringify({ servers }, null, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw new CommandError('failed', `The session cannot be kept in ${file}.`, {
      remedy: 'Make the folder writable, or pass the token in PREBOOK_TOKEN.',
      cause: error,
    })
  }
}
