import { AuditListInput, AuditPage } from '@prebook/core'
import { route } from '../route.ts'

export const auditRoutes = [
  route({
    method: 'GET',
    path: '/audit',
    tag: 'Audit log',
    operationId: 'listAuditEntries',
    summary: 'List what staff and admins changed, newest first',
    procedure: 'audit.list',
    input: AuditListInput,
    status: 200,
    output: AuditPage,
  }),
]
