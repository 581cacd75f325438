import { glob, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { entityTag } from '../http/entity-tag.ts'

/** A file of the built web page. */
export type BuiltFile = {
  type: string
  /** A quoted entity tag. It is weak, because all encodings share it. */
  etag: string
  body: Bytes
  /** The same content compressed at build time, smallest first. */
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
  '.woff2': 'font/woff2',
}

/**
 * Reads the built page into memory: a few hundred kilobytes, all from one build. Only files found here are served, so no
 * path leads out of the folder.
 *
 * @returns the files by URL path, such as `/assets/index-4f1c.js`; null when there is no build
 */
export async function readBuild(folder: string): Promise<Map<string, BuiltFile> | null> {
  const files = new Map<string, BuiltFile>()
  for await (const name of glob('**/*.*', { cwd: folder })) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const path = join(folder, name)
    const body = await bytes(path)
    const etag = entityTag(body)
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
      // The file was too small to compress, or the build does not compress.
    }
  }
  return found
}

async function bytes(path: string): Promise<Bytes> {
  return new Uint8Array(await readFile(path))
}
