/** The tRPC error response of a server to one call, for a proxy to return in its place. */
export function errorResponse(
  reason: 'STORE_BUSY' | 'AUTH_REQUIRED',
  message: string,
): { status: number; body: unknown } {
  const code = reason === 'STORE_BUSY' ? 'SERVICE_UNAVAILABLE' : 'UNAUTHORIZED'
  const status = reason === 'STORE_BUSY' ? 503 : 401
  const data = { code, httpStatus: status, reason, field: null, issues: null, requestId: null }
  const error = { message, code: -32_001, data: { ...data, retryAfterSeconds: 0 } }
  return { status, body: [{ error }] }
}
