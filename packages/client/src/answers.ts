/** The answer to one call of a batch, as a Prebook server gives it. */
export type Answer =
  | { result: { data: unknown } }
  | { error: { code: number; message: string; data: { reason: string } } }

/**
 * Reads the answers to a batch.
 *
 * @param text the body of the response
 * @param count how many calls were in the batch
 * @returns one answer for each call; null when this is not what a Prebook server sends
 */
export function readAnswers(text: string, count: number): Answer[] | null {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return null
  }
  // What is refused before the calls are looked at, such as a body that is too large, is refused for all of them at once.
  if (isRefusal(body)) return Array.from({ length: count }, () => body)
  return Array.isArray(body) && body.length === count && body.every(isAnswer) ? body : null
}

function isAnswer(value: unknown): value is Answer {
  return isRefusal(value) || (isObject(value) && isObject(value['result']) && 'data' in value['result'])
}

function isRefusal(value: unknown): value is Extract<Answer, { error: unknown }> {
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
