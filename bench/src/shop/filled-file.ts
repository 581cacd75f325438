import { copyFile } from 'node:fs/promises'
import { openStore, type Store } from '@prebook/db'
import { fillShop, type Shop } from './fill-shop.ts'
import { workFolder } from './work-folder.ts'

/** A filled SQLite file. Each variant gets a copy, so that all start from the same state. */
export type FilledFile = AsyncDisposable & {
  shop: Shop
  /** The path of the file, for a figure that needs no copy. */
  original: string
  /** Copies the file. Resolves to the path of the copy. */
  copy(name: string): Promise<string>
}

/** Fills a new file with readers, books and, through `fillMore`, anything else a figure needs. */
export async function filledFile(
  sizes: { readers: number; books: number },
  fillMore: (store: Store, shop: Shop) => Promise<void> = async () => {},
): Promise<FilledFile> {
  const folder = await workFolder()
  const original = folder.path('original.db')
  const store = await openStore(`file:${original}`)
  try {
    const shop = await fillShop(store, sizes)
    await fillMore(store, shop)
    return {
      shop,
      original,
      async copy(name) {
        await copyFile(original, folder.path(`${name}.db`))
        return folder.path(`${name}.db`)
      },
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    }
  } finally {
    await store.close()
  }
}
