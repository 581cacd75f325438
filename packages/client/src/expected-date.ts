export {
  formatExpectedDate,
  isPastDate,
  parseExpectedDate,
  precisionOf,
  type DatePrecision,
  type ExpectedPeriod,
} from '@prebook/core/expected-date'
