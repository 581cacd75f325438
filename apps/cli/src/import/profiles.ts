import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bookColumns } from '@prebook/book-files'
import { CommandError } from '../program/command-error.ts'
import { credentialsFile } from '../session/credentials.ts'
import type { ImportChoices } from './import-options.ts'

/** The version of the file. A newer one is refused, since it may mean something else. */
const VERSION = 1

type Profiles = Record<string, ImportChoices>

/** The path of the saved profiles, next to the credentials. */
export function profilesFile(): string {
  return join(dirname(credentialsFile()), 'import-profiles.json')
}

/**
 * Reads a saved profile.
 *
 * @throws CommandError `usage` when there is none of that name, `failed` when the file is invalid
 */
export async function readProfile(name: string): Promise<ImportChoices> {
  const profiles = await readProfiles()
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  if (profile !== undefined) return profile
  const names = Object.keys(profiles)
  throw new CommandError('usage', `There is no profile “${name}”.`, {
    remedy: `${names.length === 0 ? 'None is saved' : `Saved: ${names.join(', ')}`}. Save one with --save-profile.`,
  })
}

/**
 * Saves a profile, replacing the one of the same name.
 *
 * @throws CommandError `failed` when the file is invalid or cannot be written
 */
export async function saveProfile(name: string, choices: ImportChoices): Promise<void> {
  const profiles = { ...(await readProfiles()), [name]: choices }
  const file = profilesFile()
  const temporary = `${file}.${randomUUID()}`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(temporary, `${JSON.stringify({ version: VERSION, profiles }, null, 2)}\n`, { flag: 'wx' })
    await rename(temporary, file)
  } catch (error) {
    throw new CommandError('failed', `The profile cannot be saved in ${file}.`, { cause: error })
  }
}

async function readProfiles(): Promise<Profiles> {
  const file = profilesFile()
  try {
    return parse(await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new CommandError('failed', `The saved profiles in ${file} cannot be read.`, {
      remedy: 'Correct the file or delete it.',
      cause: error,
    })
  }
}

const fields = new Set(['encoding', 'decimal', 'repair', 'placeholders', 'price', 'author'])
const columns = new Set<string>(bookColumns.known.map(({ name }) => name))

function parse(text: string): Profiles {
  const content: unknown = JSON.parse(text)
  if (!isObject(content) || content['version'] !== VERSION || !isObject(content['profiles']))
    throw new Error('another version')
  for (const profile of Object.values(content['profiles']))
    if (!isObject(profile) || !Object.entries(profile).every(isChoice)) throw new Error('not a profile')
  return content['profiles'] as Profiles
}

function isChoice([name, value]: [string, unknown]): boolean {
  if (name !== 'map') return fields.has(name) && typeof value === 'string'
  if (!isObject(value)) return false
  return Object.entries(value).every(
    ([column, header]) => columns.has(column) && (header === null || typeof header === 'string'),
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
