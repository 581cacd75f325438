/** A cell that cannot be read: what is wrong and how to correct it, without the name of its column. */
export class CellError extends Error {
  override readonly name = 'CellError'
}
