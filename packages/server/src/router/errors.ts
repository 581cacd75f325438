import { TRPCError, type TRPC_ERROR_CODE_KEY } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { z } from 'zod'
import { PrebookError, reasons, type Reason, type ValidationIssue } from '@prebook/core'
import { validationIssues } from '../validation-issues.ts'

// The table of core names tRPC's codes as plain text, since core knows no tRPC: this is where they must fit.
const codes: Record<Reason, { trpc: TRPC_ERROR_CODE_KEY }> = reasons

/** What an error looks like to a tRPC client: `error.data.reason` says which of the table it is. */
export type ErrorShape = {
  /** The number that JSON-RPC has for it. */
  code: number
  message: string
  data: {
    /** tRPC's own code, such as `CONFLICT`. */
    code: TRPC_ERROR_CODE_KEY
    httpStatus: number
    reason: Reason
    /** The input field at fault. */
    field: string | null
    /** Everything wrong with the input, when that is the reason. */
    issues: ValidationIssue[] | null
    /** Seconds to wait before the next try, when waiting helps. */
    retryAfterSeconds: number | null
    /** What to quote to the operator; only with `INTERNAL_ERROR`. */
    requestId: string | null
  }
}

/** A refusal as a tRPC client reads it. */
export function errorShape(error: PrebookError, requestId: string | null): ErrorShape {
  const { reason, message, field, issues, retryAfterSeconds } = error
  const { trpc: code } = codes[reason]
  return {
    code: TRPC_ERROR_CODES_BY_KEY[code],
    message,
    data: {
      code,
      httpStatus: getHTTPStatusCodeFromError(toTrpcError(error)),
      reason,
      field,
      issues,
      retryAfterSeconds,
      requestId: reason === 'INTERNAL_ERROR' ? requestId : null,
    },
  }
}

/** A refusal as tRPC wants it thrown; the refusal itself is its cause. */
export function toTrpcError(error: PrebookError): TRPCError {
  return new TRPCError({ code: codes[error.reason].trpc, message: error.message, cause: error })
}

/**
 * What went wrong, in the words of the table: a refusal as it is, what tRPC itself refuses by its nearest reason, and
 * anything else as `INTERNAL_ERROR`, whose message says nothing of what lies underneath.
 */
export function toPrebookError(error: TRPCError): PrebookError {
  if (error.cause instanceof PrebookError) return error.cause
  if (error.code === 'BAD_REQUEST' && error.cause instanceof z.ZodError) return toValidationError(error.cause)
  if (error.code === 'PARSE_ERROR') {
    const issues = [{ path: '', message: 'Must be valid JSON.' }]
    return new PrebookError('VALIDATION_ERROR', {
      message: 'The input is not valid JSON.',
      issues,
      cause: error,
    })
  }
  return new PrebookError(transportReason(error), { cause: error })
}

function transportReason(error: TRPCError): Reason {
  switch (error.code) {
    case 'BAD_REQUEST':
      // tRPC has no code of its own for this; its limit on batches says so in words only.
      return error.message.startsWith('Batch call') ? 'BATCH_TOO_LARGE' : 'VALIDATION_ERROR'
    case 'NOT_FOUND':
      return 'ROUTE_NOT_FOUND'
    case 'METHOD_NOT_SUPPORTED':
      return 'METHOD_NOT_ALLOWED'
    case 'PAYLOAD_TOO_LARGE':
      return 'PAYLOAD_TOO_LARGE'
    case 'UNSUPPORTED_MEDIA_TYPE':
      return 'UNSUPPORTED_MEDIA_TYPE'
    default:
      return 'INTERNAL_ERROR'
  }
}

/** Names every field at fault; the sentence is about the first. */
function toValidationError(error: z.ZodError): PrebookError {
  const issues = validationIssues(error)
  const [first] = issues
  if (first === undefined) return new PrebookError('VALIDATION_ERROR', { cause: error })
  const message = first.path === '' ? first.message : `${first.path}: ${first.message}`
  const field = first.path === '' ? {} : { field: first.path }
  return new PrebookError('VALIDATION_ERROR', { message, issues, ...field, cause: error })
}
