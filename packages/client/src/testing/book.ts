/** A book with the least that a test of the fake needs. */
export const book = { title: 'Dune', author: 'Frank Herbert' }
