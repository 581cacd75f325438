/** The response of a Prebook server to one call of a batch. */
export type Answer =
  | { result: { data: unknown } }
  | { error: { code: number; message: string; data: { reason: string } } }

/**
 * Parses the response to a batch.
 *
 * @param text the response body
 * @param count the number of calls in the batch
 * @returns one answer for each call; null if the body is not the response of a Prebook server
 */
export function readAnswers(text: string, count: number): Answer[] | null {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return null
  }
  // A request that is refused as a whole, such as a body that is too large, has one error for all calls.
  if (isRefusal(body)) return Array.from({ length: count }, () => body)
  return Array.isArray(body) && body.length === count && body.every(isAnswer) ? body : null
}

function isAnswer(value: unknown): value is Answer {
  return isRefusal(value) || (isObject(value) && isObject(value['result']) && 'data' in value['result'])
}

/** Whether a value is a refusal in the form of the server. */
export function isRefusal(value: unknown): value is Extract<Answer, { error: unknown }> {
  if (!isObject(value) || !isObject(value['error'])) return false
  const { code, message, data } = value['error']
  return (
    typeof code === 'number' &&
    typeof message === 'string' &&
    isObject(data) &&
    typeof data['reason'] === 'string'
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
