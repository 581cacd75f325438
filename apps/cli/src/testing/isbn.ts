/** An ISBN-13 for tests: the same for the same number, another for another. */
export function isbnOf(number: number): string {
  const stem = `978${String(number).padStart(9, '0')}`
  const sum = Array.from(stem, (digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3))
  return stem + String((10 - (sum.reduce((a, b) => a + b, 0) % 10)) % 10)
}
