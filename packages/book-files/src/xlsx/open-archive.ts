import { Uint8ArrayReader, ZipReader, type FileEntry } from '@zip.js/zip.js/lib/zip-core-native.js'

/** The files inside a workbook. */
export type Archive = {
  names: string[]
  /** Whether one of them is encrypted. */
  isEncrypted: boolean
  /** The size of a file when it is unpacked, as the archive says. */
  sizeOf: (name: string) => number
  /** Unpacks a file, on demand. @throws Error when it is missing or damaged */
  read: (name: string) => AsyncGenerator<Uint8Array>
}

/** Opens a ZIP archive. @throws Error when it is damaged */
export async function openArchive(bytes: Uint8Array): Promise<Archive> {
  const options = { useWebWorkers: false, checkSignature: true }
  const entries = await new ZipReader(new Uint8ArrayReader(bytes), options).getEntries()
  const files = new Map<string, FileEntry>()
  for (const entry of entries) if (!entry.directory) files.set(entry.filename, entry)
  return {
    names: [...files.keys()],
    isEncrypted: entries.some(({ encrypted }) => encrypted),
    sizeOf: (name) => files.get(name)?.uncompressedSize ?? 0,
    read: (name) => {
      const file = files.get(name)
      if (file === undefined) throw new Error(`The archive has no ${name}.`)
      return unpack(file)
    },
  }
}

async function* unpack(file: FileEntry): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const reader = readable.getReader()
  const done = file.getData(writable)
  // An error before the first byte does not reach the reader on its own.
  done.catch((error: unknown) => writable.abort(error).catch(() => undefined))
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
    await done
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
