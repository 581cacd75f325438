import { PrebookError, reasons } from '@prebook/core'
import type { Reason } from '@prebook/client'
import { procedureNames, type FakeProcedure } from './procedure-names.ts'
import { readOption, z } from './read-option.ts'

/** A failure on purpose. */
export type FakeFailure = {
  /**
   * The reason of a refusal; `unreachable` if the request does not arrive, or `answer-lost` if it is carried out and only its
   * answer is lost.
   */
  reason: Reason | 'unreachable' | 'answer-lost'
  /** Only calls of this procedure, such as `prebooks.create`. By default, the next call of any. */
  procedure?: FakeProcedure | undefined
  /** How many calls fail. Default: 1. A query is tried three times, so one failure may not be noticed. */
  times?: number | undefined
  /** Of a refusal. Default: that of the reason. */
  message?: string | undefined
  field?: string | undefined
  retryAfterSeconds?: number | undefined
}

const reasonNames = Object.keys(reasons) as Reason[]

/** A failure on purpose, with its defaults. */
const Failure = z.strictObject({
  reason: z.enum([...reasonNames, 'unreachable', 'answer-lost'], unknownName('reason')),
  procedure: z.enum(procedureNames, unknownName('procedure')).optional(),
  times: z.int().min(1).default(1),
  message: z.string().optional(),
  field: z.string().optional(),
  retryAfterSeconds: z.int().min(0).optional(),
})
type Failure = z.output<typeof Failure>

function unknownName(kind: string) {
  return { error: ({ input }: { input?: unknown }) => `There is no ${kind} ${String(input)}.` }
}

/** The failures that are still to come. */
export type Failures = {
  /** @throws TypeError if there is no such failure */
  plan(failure: FakeFailure): void
  /** Throws the refusal of a call, if there is to be one. */
  refuse(procedure: string): void
  /** Whether a request for some procedures is to fail in this way. */
  takes(reason: 'unreachable' | 'answer-lost', procedures: string[]): boolean
  clear(): void
}

export function createFailures(): Failures {
  let planned: Failure[] = []

  function take(matches: (failure: Failure) => boolean): Failure | undefined {
    const failure = planned.find(matches)
    if (failure === undefined) return undefined
    failure.times -= 1
    planned = planned.filter(({ times }) => times > 0)
    return failure
  }
  return {
    plan(failure) {
      planned.push(readOption(Failure, failure, 'failNext'))
    },
    refuse(called) {
      const failure = take(({ reason, procedure = called }) => isReason(reason) && procedure === called)
      if (failure === undefined || !isReason(failure.reason)) return
      const { reason, message, field, retryAfterSeconds } = failure
      throw new PrebookError(reason, {
        ...(message !== undefined && { message }),
        ...(field !== undefined && { field }),
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      })
    },
    takes(wanted, procedures) {
      const isMeant = ({ reason, procedure }: Failure) =>
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
