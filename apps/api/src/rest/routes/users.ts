import { ChangedUser, Invitation, UserChanges, UserInviteInput, UserListInput, UserPage } from '@prebook/core'
import { route } from '../route.ts'

export const usersRoutes = [
  route({
    method: 'GET',
    path: '/users',
    tag: 'Users',
    operationId: 'listUsers',
    summary: 'List accounts, newest first',
    procedure: 'users.list',
    input: UserListInput,
    status: 200,
    output: UserPage,
  }),
  route({
    method: 'POST',
    path: '/users/invitations',
    tag: 'Users',
    operationId: 'inviteUser',
    summary: 'E-mail an invitation to work with the shop',
    procedure: 'users.invite',
    input: UserInviteInput,
    status: 202,
    output: Invitation,
  }),
  route({
    method: 'PATCH',
    path: '/users/{id}',
    pathField: 'userId',
    tag: 'Users',
    operationId: 'updateUser',
    summary: 'Change the role of an account, or deactivate or reactivate it',
    procedure: 'users.update',
    input: UserChanges,
    status: 200,
    output: ChangedUser,
  }),
]
