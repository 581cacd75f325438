/** A copy cannot be begun or finished; the message is for the operator and says what to do. The source is as it was. */
export class CopyError extends Error {
  override readonly name = 'CopyError'
}
