/** What a promise is rejected with. */
export async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`This should have failed, and gave ${JSON.stringify(value)}.`)
    },
    (error: unknown) => error,
  )
}
