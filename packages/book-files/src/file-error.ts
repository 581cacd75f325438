/** A file that cannot be read: what is wrong in a sentence, and what its owner can do. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly remedy: string | null
  /** The headers of a file whose columns are not recognised; empty otherwise. */
  readonly headers: readonly string[]

  constructor(
    message: string,
    options: { remedy?: string; headers?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.remedy = options.remedy ?? null
    this.headers = options.headers ?? []
  }
}
