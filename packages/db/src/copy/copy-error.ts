/** A copy or backup failed. The message is for the operator and says what to do. The source is unchanged. */
export class CopyError extends Error {
  override readonly name = 'CopyError'
}
