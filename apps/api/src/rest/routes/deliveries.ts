import {
  DeliveryListInput,
  DeliveryPage,
  DeliveryRedriven,
  DeliveryRedriveInput,
  SuppressionLifted,
} from '@prebook/core'
import { NoInput, route } from '../route.ts'

export const deliveriesRoutes = [
  route({
    method: 'GET',
    path: '/deliveries',
    tag: 'E-mails',
    operationId: 'listDeliveries',
    summary: 'List e-mails, newest first',
    procedure: 'deliveries.list',
    input: DeliveryListInput,
    status: 200,
    output: DeliveryPage,
  }),
  route({
    method: 'POST',
    path: '/deliveries/redrive',
    tag: 'E-mails',
    operationId: 'redriveDeliveries',
    summary: 'Send failed or held e-mails again',
    description:
      'Either one e-mail by its `delivery_id`, or all in a `state`, one batch a call. Pass `next_cursor` as `cursor` for the ' +
      'next batch.',
    procedure: 'deliveries.redrive',
    input: DeliveryRedriveInput,
    status: 200,
    output: DeliveryRedriven,
  }),
  route({
    method: 'POST',
    path: '/deliveries/{id}/lift-suppression',
    pathField: 'deliveryId',
    tag: 'E-mails',
    operationId: 'liftSuppression',
    summary: 'Let the address of an e-mail get e-mail again',
    description: 'An address that refused earlier e-mails gets none until then.',
    procedure: 'deliveries.liftSuppression',
    input: NoInput,
    status: 200,
    output: SuppressionLifted,
  }),
]
