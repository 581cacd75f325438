import { ChangedUser, Invitation, UserChanges, UserInviteInput } from '@prebook/core'
import { route } from '../route.ts'

export const usersRoutes = [
  route({
    method: 'POST',
    path: '/users/invitations',
    tag: 'Users',
    summary: 'E-mail an invitation to work with the shop',
    procedure: 'users.invite',
    input: UserInviteInput,
    status: 202,
    output: Invitation,
    call: (caller, input) => caller.users.invite(input),
    refusals: ['INVITATION_PENDING', 'MAIL_NOT_CONFIGURED'],
  }),
  route({
    method: 'PATCH',
    path: '/users/{id}',
    pathField: 'userId',
    tag: 'Users',
    summary: 'Change the role of an account, or deactivate or reactivate it',
    procedure: 'users.update',
    input: UserChanges,
    status: 200,
    output: ChangedUser,
    call: (caller, input) => caller.users.update(input),
    refusals: ['USER_NOT_FOUND', 'USER_LAST_ADMIN'],
  }),
]
