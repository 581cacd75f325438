import { Shop } from '@prebook/core'
import { NoInput, route } from '../route.ts'

export const shopRoutes = [
  route({
    method: 'GET',
    path: '/shop',
    tag: 'Shop',
    operationId: 'getShop',
    summary: 'Get the currency and the time zone of the shop',
    procedure: 'shop.get',
    isPublic: true,
    input: NoInput,
    status: 200,
    output: Shop,
  }),
]
