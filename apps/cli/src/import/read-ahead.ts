/**
 * Reads the next item while one is in use: the file is read and parsed while the server works. An error comes after the items
 * before it.
 */
export async function* readAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]()
  const start = () => {
    const next = iterator.next()
    // It is awaited after the item in use.
    next.catch(() => {})
    return next
  }
  let next = start()
  try {
    for (;;) {
      const item = await next
      if (item.done === true) return
      next = start()
      yield item.value
    }
  } finally {
    // Not awaited: the read ahead may wait for a pipe.
    iterator.return?.().catch(() => {})
  }
}
