/**
 * Takes items from a source until `isEnough`, and gives them back together with the rest. An error of the source comes after the
 * items before it.
 */
export async function lookAhead<T>(
  source: AsyncIterable<T>,
  isEnough: (taken: readonly T[]) => boolean,
): Promise<{ first: T[]; all: AsyncGenerator<T> }> {
  const iterator = source[Symbol.asyncIterator]()
  const first: T[] = []
  let isDone = false
  let failure: { error: unknown } | null = null
  try {
    while (!isDone && !isEnough(first)) {
      const next = await iterator.next()
      if (next.done === true) isDone = true
      else first.push(next.value)
    }
  } catch (error) {
    failure = { error }
  }
  const all = async function* () {
    try {
      yield* first
      if (failure !== null) throw failure.error
      while (!isDone) {
        const next = await iterator.next()
        if (next.done === true) isDone = true
        else yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  return { first, all: all() }
}
