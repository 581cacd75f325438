import type { User } from '@prebook/client'

/** Display names of the roles. */
export const roleLabels = {
  reader: 'Reader',
  staff: 'Staff',
  admin: 'Admin',
} as const satisfies Record<User['role'], string>

/** Whether an account may open the pages that run the shop. */
export function isStaff(user: User | null | undefined): boolean {
  return user?.role === 'staff' || user?.role === 'admin'
}
