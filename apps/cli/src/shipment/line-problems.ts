/** The problem of a line that was counted with another quantity, and its remedy. */
export function quantityMismatchProblem(
  bookId: number,
  quantities: { counted: number; now: number } | null,
): string {
  const difference = quantities === null ? null : quantities.now - quantities.counted
  const how =
    quantities === null
      ? 'with another quantity'
      : `with quantity ${quantities.counted}, not ${quantities.now}`
  const check = difference === null ? `check \`prebook stock history ${bookId}\`, then run ` : 'run '
  return (
    `Already counted in this shipment ${how}. To correct the stock, ` +
    `${check}\`prebook restock ${bookId} --by ${difference ?? '<difference>'}\`.`
  )
}

/** The problem of a line that follows such a line. */
export function blockedLineProblem(bookId: number, line: number): string {
  return (
    `Not counted: line ${line} of the same book was counted with another quantity, so this line may already be counted. ` +
    `Check \`prebook stock history ${bookId}\` and correct the stock with \`prebook restock ${bookId} --by <n>\`.`
  )
}
