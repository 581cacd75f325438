import { isDeepStrictEqual } from 'node:util'
import { isPrebookError, type PrebookClientError, type Reason } from '@prebook/client'

/** The API answered otherwise than the story says: the build is broken, and the tour must not go on. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
}

/** Compares what the API answers with what it should, so that the tour cannot tell a happy story about a broken build. */
export class Checks {
  #passed = 0

  /** How many answers were as they should be. */
  get passed(): number {
    return this.#passed
  }

  /**
   * @param what names what is compared, such as `the status of Ada's prebook`
   * @throws UnexpectedAnswer
   */
  same(what: string, actual: unknown, expected: unknown): void {
    if (!isDeepStrictEqual(actual, expected)) {
      throw new UnexpectedAnswer(
        `${what} is ${JSON.stringify(actual)}; it should be ${JSON.stringify(expected)}.`,
      )
    }
    this.#passed += 1
  }

  /**
   * Waits for a call that must be refused, and gives the refusal.
   *
   * @throws UnexpectedAnswer when it goes through, or is refused for another reason
   */
  async refused(what: string, call: Promise<unknown>, reason: Reason): Promise<PrebookClientError> {
    const refusal = await call.then(
      () => null,
      (error: unknown) => error,
    )
    if (refusal === null) throw new UnexpectedAnswer(`${what} went through; it should be refused: ${reason}.`)
    if (!isPrebookError(refusal)) throw refusal
    this.same(`the reason why the API refuses that ${what}`, refusal.data.reason, reason)
    return refusal
  }
}
