/** A file that cannot be read: what is wrong in a sentence, and what its owner can do. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly remedy: string | null

  constructor(message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.remedy = options.remedy ?? null
  }
}
