import { glob, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { z } from 'zod'
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

/** A build of the web page. */
export type Build = {
  /** The files by URL path, such as `/assets/index-4f1c.js`. */
  files: Map<string, BuiltFile>
  /** The file that is the page, at each of its addresses. */
  index: BuiltFile
  /** Whether the page has a view at a path. */
  hasView(path: string): boolean
}

/**
 * Reads the built page into memory: a few hundred kilobytes, all from one build. Only files found here are served, so no
 * path leads out of the folder.
 *
 * @returns null when there is no build
 */
export async function readBuild(folder: string): Promise<Build | null> {
  const files = new Map<string, BuiltFile>()
  for await (const name of glob('**/*.*', { cwd: folder })) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const path = join(folder, name)
    const body = await bytes(path)
    const file = { type, etag: entityTag(body), body, encoded: await encodings(path) }
    files.set(`/${name.split(sep).join('/')}`, file)
  }
  const index = files.get('/index.html')
  const views = await readViews(folder)
  if (index === undefined || views === null) return null
  files.delete('/index.html')
  return { files, index, hasView: (path) => views.test(path) }
}

/** Reads the paths of the page's views, such as `/books/$bookId`, as one expression. Parameters are ids. */
async function readViews(folder: string): Promise<RegExp | null> {
  let text: string
  try {
    text = await readFile(join(folder, 'views.json'), 'utf8')
  } catch {
    return null
  }
  const paths = z.array(z.string().regex(/^\/[\w/$-]*$/)).parse(JSON.parse(text))
  const patterns = paths.map((path) => path.replaceAll(/\$\w+/g, String.raw`[1-9]\d{0,15}`))
  // The page's router ignores case, too.
  return new RegExp(`^(?:${patterns.join('|')})$`, 'i')
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
