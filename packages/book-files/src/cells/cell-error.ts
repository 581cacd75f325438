/** A cell that cannot be read: what is wrong and how to correct it, without the name of its column. */
export class CellError extends Error {
  override readonly name = 'CellError'
  /** Whether the cell says that there is no value: it is empty, or a placeholder such as `N/A`. */
  readonly isMissing: boolean

  constructor(message: string, options: { isMissing?: boolean } = {}) {
    super(message)
    this.isMissing = options.isMissing === true
  }
}
