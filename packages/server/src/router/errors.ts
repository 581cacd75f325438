import { TRPCError, type TRPC_ERROR_CODE_KEY } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { z } from 'zod'
import { PrebookError, reasons, toValidationError, type Reason, type ValidationIssue } from '@prebook/core'

// Core does not depend on tRPC and names its codes as plain strings. This checks that they are valid.
const codes: Record<Reason, { trpc: TRPC_ERROR_CODE_KEY }> = reasons

/** An error as a tRPC client receives it. `error.data.reason` is a key of the error table. */
export type ErrorShape = {
  /** The JSON-RPC error code. */
  code: number
  message: string
  data: {
    /** tRPC's own code, such as `CONFLICT`. */
    code: TRPC_ERROR_CODE_KEY
    httpStatus: number
    reason: Reason
    /** The invalid input field. */
    field: string | null
    /** All issues of the input; only with `VALIDATION_ERROR`. */
    issues: ValidationIssue[] | null
    /** Seconds to wait before a retry, if a retry can help. */
    retryAfterSeconds: number | null
    /** Identifies the request in the log of the server. Quote it to the operator. */
    requestId: string | null
  }
}

const TRANSFORMER =
  'The input was encoded by a data transformer such as superjson. Remove the transformer from the links of your client.'

/** The refusal of an input that a data transformer has encoded. */
export function transformerRefused(): PrebookError {
  return new PrebookError('VALIDATION_ERROR', {
    message: TRANSFORMER,
    issues: [{ path: '', message: TRANSFORMER }],
  })
}

/** Converts an error to its tRPC shape. */
export function errorShape(error: PrebookError, requestId: string | null): ErrorShape {
  const { reason, message, field, issues, retryAfterSeconds } = error
  const { trpc: code } = codes[reason]
  const shape = {
    code: TRPC_ERROR_CODES_BY_KEY[code],
    message,
    data: {
      code,
      httpStatus: getHTTPStatusCodeFromError(toTrpcError(error)),
      reason,
      field,
      issues,
      retryAfterSeconds,
      requestId,
    },
  }
  // A client with a transformer reads only `json`.
  return message === TRANSFORMER ? Object.assign(shape, { json: { ...shape } }) : shape
}

/** Wraps an error in a TRPCError, as its cause. */
export function toTrpcError(error: PrebookError): TRPCError {
  return new TRPCError({ code: codes[error.reason].trpc, message: error.message, cause: error })
}

/**
 * Maps a TRPCError to the error table. Returns a PrebookError cause as it is, and maps tRPC's own errors to the nearest
 * reason. Anything else becomes `INTERNAL_ERROR`, whose message reveals no details.
 */
export function toPrebookError(error: TRPCError): PrebookError {
  if (error.cause instanceof PrebookError) return error.cause
  if (error.code === 'BAD_REQUEST' && error.cause instanceof z.ZodError) return toValidationError(error.cause)
  if (error.code === 'PARSE_ERROR' || error.cause instanceof SyntaxError) {
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
      // tRPC reports a batch over the limit only by its message.
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
