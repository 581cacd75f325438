import './corrected-query.css'

/** Says that the results of a search are for other words than were typed, because a typing error was corrected. */
export function CorrectedQuery({
  typed,
  showingResultsFor,
}: {
  typed: string | undefined
  /** The corrected words; null or undefined if the results are for what was typed. */
  showingResultsFor: string | null | undefined
}) {
  if (typed === undefined || showingResultsFor === null || showingResultsFor === undefined) return null
  return (
    <p className="corrected-query" role="status">
      Showing results for <strong>{showingResultsFor}</strong>. No book matches “{typed}”.
    </p>
  )
}
