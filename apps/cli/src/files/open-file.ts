import { open } from 'node:fs/promises'
import { readTable, type KnownColumns, type Table, type TableOptions } from '@prebook/book-files'
import { CommandError } from '../program/command-error.ts'

/**
 * Opens a list (text or an Excel workbook), or standard input for `-`, and reads its header.
 *
 * @throws CommandError `usage` when it cannot be opened
 * @throws FileError when it is of another kind or has other columns; also while reading rows
 */
export async function openTable<Name extends string>(
  file: string,
  known: KnownColumns<Name>,
  options: TableOptions<Name> = {},
): Promise<Table<Name>> {
  const { bytes, size } = await openBytes(file)
  return readTable(bytes, size, known, options)
}

/** Opens a file, or standard input for `-`. `size` is its length in bytes, or null when it is unknown. */
export async function openBytes(
  file: string,
): Promise<{ bytes: AsyncIterable<Uint8Array>; size: number | null }> {
  if (file === '-') {
    if (!process.stdin.isTTY) return { bytes: process.stdin, size: null }
    throw new CommandError('usage', '- reads from a pipe or a redirected file, not from the terminal.', {
      remedy: 'Pass the file name, or redirect the file: … - < file.csv',
    })
  }
  try {
    const handle = await open(file)
    const stat = await handle.stat()
    if (stat.isDirectory()) {
      await handle.close()
      throw new Error('it is a directory')
    }
    return { bytes: handle.createReadStream(), size: stat.isFile() ? stat.size : null }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new CommandError('usage', `${file} ${missing ? 'does not exist' : 'cannot be read'}.`, {
      cause: error,
    })
  }
}
