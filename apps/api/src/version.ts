import { readFileSync } from 'node:fs'
import { z } from 'zod'

const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** The response header with the version of this server. */
export const VERSION_HEADER = 'Prebook-Version'

/** The version of this server. */
export const { version } = z.object({ version: z.string() }).parse(manifest)
