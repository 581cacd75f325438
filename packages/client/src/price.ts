export { decimalPrice, examplePrice, formatPrice, parsePrice, type ParsedPrice } from '@prebook/core/price'
