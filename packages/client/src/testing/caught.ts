/** The error with which a promise is rejected. Fails if the promise is fulfilled. */
export async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a rejection, but got ${JSON.stringify(value)}.`)
    },
    (error: unknown) => error,
  )
}
