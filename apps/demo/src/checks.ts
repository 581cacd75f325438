import { isDeepStrictEqual } from 'node:util'
import { isPrebookError, type PrebookClientError, type Reason } from '@prebook/client'

/** The API gave an answer that the tour does not expect. The build is broken, and the tour stops. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
}

/** Compares the API's answers with the expected ones, so that the tour fails on a broken build. */
export class Checks {
  #passed = 0

  /** The number of answers that were correct. */
  get passed(): number {
    return this.#passed
  }

  /**
   * @param what names the compared value, such as `the status of Ada's prebook`
   * @throws UnexpectedAnswer
   */
  same(what: string, actual: unknown, expected: unknown): void {
    if (!isDeepStrictEqual(actual, expected)) {
      throw new UnexpectedAnswer(
        `Expected ${what} to be ${JSON.stringify(expected)}, but got ${JSON.stringify(actual)}.`,
      )
    }
    this.#passed += 1
  }

  /**
   * Waits for a call that the API must refuse, and resolves to the error.
   *
   * @throws UnexpectedAnswer when the call succeeds, or is refused for another reason
   */
  async refused(what: string, call: Promise<unknown>, reason: Reason): Promise<PrebookClientError> {
    const refusal = await call.then(
      () => null,
      (error: unknown) => error,
    )
    if (refusal === null)
      throw new UnexpectedAnswer(`Expected ${reason} when ${what}, but the call succeeded.`)
    if (!isPrebookError(refusal)) throw refusal
    this.same(`the reason when ${what}`, refusal.data.reason, reason)
    return refusal
  }
}
