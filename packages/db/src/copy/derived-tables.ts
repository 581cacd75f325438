/** Tables whose rows follow from those of other tables, by triggers of each engine. A copy does not read them. */
export const DERIVED_TABLES: readonly string[] = ['search_words', 'wanted_books']
