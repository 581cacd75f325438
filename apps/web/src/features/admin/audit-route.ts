import { limits } from '@prebook/client/limits'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { AuditEntry } from '@prebook/client'
import { idParam, textParam } from '../../lib/search-params.ts'
import { queries } from '../../lib/client.ts'
import { adminsOnly } from '../account/guards.ts'
import { adminRoute } from './admin-route.ts'

const PAGE_SIZE = 25

/** Display names of the actions. */
export const actionLabels = {
  'books.create': 'Added a book',
  'books.update': 'Edited a book',
  'books.import': 'Imported books',
  'books.withdraw': 'Withdrew a book',
  'books.reinstate': 'Reinstated a book',
  'books.expect': 'Changed an expected date',
  'stock.set': 'Set the stock',
  'stock.adjust': 'Adjusted the stock',
  'deliveries.redrive': 'Sent e-mails again',
  'deliveries.liftSuppression': 'Allowed e-mail to an address',
  'users.invite': 'Invited someone',
  'users.setRole': 'Changed a role',
  'users.deactivate': 'Deactivated an account',
  'users.reactivate': 'Reactivated an account',
  'tokens.create': 'Created a token',
  'tokens.rotate': 'Rotated a token',
  'tokens.revoke': 'Revoked a token',
  'account.erase': 'Deleted their own account',
} as const satisfies Record<AuditEntry['action'], string>

export type AuditSearch = {
  action?: AuditEntry['action']
  actorId?: number
  tokenId?: number
  subject?: string
  cursor?: string
}

export const auditRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: '/audit',
  beforeLoad: adminsOnly,
  validateSearch: (given: Record<string, unknown>): AuditSearch => {
    const { action, subject } = given
    const actorId = idParam(given['actorId'])
    const tokenId = idParam(given['tokenId'])
    const cursor = textParam(given['cursor'], limits.cursor.max)
    return {
      ...(isAction(action) ? { action } : {}),
      ...(actorId === undefined ? {} : { actorId }),
      ...(tokenId === undefined ? {} : { tokenId }),
      ...(isSubject(subject) ? { subject } : {}),
      ...(cursor === undefined ? {} : { cursor }),
    }
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(auditQuery(deps)),
  component: lazyRouteComponent(() => import('./audit-page.tsx'), 'AuditPage'),
})

export function auditQuery(search: AuditSearch) {
  return queries.audit.list.queryOptions({ ...search, limit: PAGE_SIZE })
}

/** Whether a value is an action. */
export function isAction(given: unknown): given is AuditEntry['action'] {
  return typeof given === 'string' && Object.hasOwn(actionLabels, given)
}

function isSubject(given: unknown): given is string {
  return (
    typeof given === 'string' &&
    /^(?:books|deliveries|(?:book|delivery|user|token):[1-9]\d{0,15})$/.test(given)
  )
}
