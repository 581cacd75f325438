import { PrebookError } from '@prebook/core'
import type { Reason } from '@prebook/client'

/** A failure on purpose. */
export type FakeFailure = {
  /**
   * The reason of a refusal; `unreachable` if the request does not arrive, or `answer-lost` if it is carried out and only its
   * answer is lost.
   */
  reason: Reason | 'unreachable' | 'answer-lost'
  /** Only calls of this procedure, such as `prebooks.create`. By default, the next call of any. */
  procedure?: string
  /** How many calls fail. Default: 1. A query is tried three times, so one failure may not be noticed. */
  times?: number
  /** Of a refusal. Default: that of the reason. */
  message?: string
  field?: string
  retryAfterSeconds?: number
}

/** The failures that are still to come. */
export type Failures = {
  plan(failure: FakeFailure): void
  /** Throws the refusal of a call, if there is to be one. */
  refuse(procedure: string): void
  /** Whether a request for some procedures is to fail in this way. */
  takes(reason: 'unreachable' | 'answer-lost', procedures: string[]): boolean
  clear(): void
}

export function createFailures(): Failures {
  let planned: (FakeFailure & { left: number })[] = []

  function take(matches: (failure: FakeFailure) => boolean): FakeFailure | undefined {
    const failure = planned.find(matches)
    if (failure === undefined) return undefined
    failure.left -= 1
    planned = planned.filter(({ left }) => left > 0)
    return failure
  }
  return {
    plan(failure) {
      planned.push({ ...failure, left: failure.times ?? 1 })
    },
    refuse(called) {
      const failure = take(({ reason, procedure = called }) => isReason(reason) && procedure === called)
      if (failure !== undefined && isReason(failure.reason)) throw new PrebookError(failure.reason, failure)
    },
    takes(wanted, procedures) {
      const isMeant = ({ reason, procedure }: FakeFailure) =>
        reason === wanted && (procedure === undefined || procedures.includes(procedure))
      return take(isMeant) !== undefined
    },
    clear() {
      planned = []
    },
  }
}

function isReason(reason: FakeFailure['reason']): reason is Reason {
  return reason !== 'unreachable' && reason !== 'answer-lost'
}
