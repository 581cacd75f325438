import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, posix, win32 } from 'node:path'
import { CommandError } from '../program/command-error.ts'
import { parseAddress } from './server-address.ts'

/** A saved session: its server, its account, its token, and the token that proves the sign-in from this device. */
export type Credential = { address: string; email: string; token: string; device?: string }

/** The path of the credentials file: `prebook/credentials.json` in the platform's folder for settings. */
export function credentialsFile(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const path = platform === 'win32' ? win32 : posix
  // The XDG Base Directory Specification says to ignore relative paths.
  const configured = (folder: string | undefined, fallback: string) =>
    folder !== undefined && path.isAbsolute(folder) ? folder : fallback
  const folder =
    platform === 'win32'
      ? configured(env['APPDATA'], path.join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Application Support')
        : configured(env['XDG_CONFIG_HOME'], path.join(home, '.config'))
  return path.join(folder, 'prebook', 'credentials.json')
}

/**
 * Reads the saved sessions, the latest sign-in last. Without a file there are none.
 *
 * @throws CommandError `failed` when the file is unreadable or invalid
 */
export async function readCredentials(file: string): Promise<Credential[]> {
  try {
    return parse(await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new CommandError('failed', `The saved sessions in ${file} cannot be read.`, {
      remedy: 'Delete the file, then run `prebook login`.',
      cause: error,
    })
  }
}

/**
 * Saves a session, replacing the one for the same server.
 *
 * @throws CommandError `failed` when the file cannot be read or written
 */
export async function saveCredential(file: string, credential: Credential): Promise<void> {
  const others = (await readCredentials(file)).filter(({ address }) => address !== credential.address)
  await write(file, [...others, credential])
}

/**
 * Deletes the saved session for a server.
 *
 * @throws CommandError `failed` when the file cannot be read or written
 */
export async function deleteCredential(file: string, address: string): Promise<void> {
  const saved = await readCredentials(file)
  const others = saved.filter((credential) => credential.address !== address)
  if (others.length < saved.length) await write(file, others)
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
  if ('device' in value && typeof value.device !== 'string') return false
  return (['address', 'email', 'token'] as const).every(
    (key) => key in value && typeof (value as Record<string, unknown>)[key] === 'string',
  )
}

/** Replaces the file atomically: a concurrent reader, or a crash, sees the old content or the new. */
async function write(file: string, servers: Credential[]): Promise<void> {
  const folder = dirname(file)
  const temporary = `${file}.${randomUUID()}`
  try {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o700)
    // Created with its final mode: until a later chmod, other users could read it.
    await writeFile(temporary, `${JSON.stringify({ servers }, null, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw new CommandError('failed', `The session cannot be saved in ${file}.`, {
      remedy: 'Make the folder writable, or set the token in PREBOOK_TOKEN.',
      cause: error,
    })
  }
}
