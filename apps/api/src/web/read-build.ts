import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** A file of the built page, as it is sent. */
export type BuiltFile = {
  type: string
  /** A quoted entity tag; the same for every encoding, so it is a weak one. */
  etag: string
  body: Bytes
  /** The same, compressed when the page was built; the smallest first. */
  encoded: { encoding: 'br' | 'gzip'; body: Bytes }[]
}

type Bytes = Uint8Array<ArrayBuffer>

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/**
 * Reads a built page into memory: a few hundred kilobytes, and always of one build. Only what was found here can be asked
 * for, so no address leads out of the folder.
 *
 * @returns the files by their path in the address, such as `/assets/index-4f1c.js`; null when there is no build
 */
export async function readBuild(folder: string): Promise<Map<string, BuiltFile> | null> {
  const files = new Map<string, BuiltFile>()
  for await (const name of glob('**/*.*', { cwd: folder })) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const path = join(folder, name)
    const body = await bytes(path)
    const etag = `W/"${createHash('sha256').update(body).digest('base64url')}"`
    files.set(`/${name.split(sep).join('/')}`, { type, etag, body, encoded: await encodings(path) })
  }
  return files.has('/index.html') ? files : null
}

async function encodings(path: string): Promise<BuiltFile['encoded']> {
  const found: BuiltFile['encoded'] = []
  for (const [encoding, ending] of [
    ['br', '.br'],
    ['gzip', '.gz'],
  ] as const) {
    try {
      found.push({ encoding, body: await bytes(path + ending) })
    } catch {
      // Too small to be worth it, or built by something that does not compress.
    }
  }
  return found
}

async function bytes(path: string): Promise<Bytes> {
  return new Uint8Array(await readFile(path))
}
