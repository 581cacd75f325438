export { formatPrice, parsePrice, type ParsedPrice } from '@prebook/core/price'
