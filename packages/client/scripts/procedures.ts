import type { TokenScope } from '../src/entities.ts'
import type { routes } from '../src/router.ts'

type Routes = typeof routes

/** Who may call a procedure. `signed in` is any active account; `staff` are staff and admins. */
export type Access = 'anyone' | 'signed in' | 'staff' | 'admins'

/** Who may call a procedure, in words. */
export const whoMayCall: Record<Access, string> = {
  anyone: 'everyone',
  'signed in': 'every account',
  staff: 'staff and admins',
  admins: 'admins',
}

/** Who may call a procedure, what it does, and the scope with which a token may call it too. */
export type Entry = [access: Access, summary: string, scope?: TokenScope]

/** Every procedure with an entry for the API reference. The compiler reports a missing or unknown procedure. */
export const procedures: { [Feature in keyof Routes]: { [Name in keyof Routes[Feature]]: Entry } } = {
  auth: {
    register: ['anyone', 'Creates an account and a session.'],
    login: ['anyone', 'Creates a session.'],
    logout: ['signed in', 'Ends the current session.'],
    logoutEverywhere: ['signed in', 'Ends every session of the account.'],
    requestPasswordReset: ['anyone', 'Mails a link to choose a new password, if the address has an account.'],
    resetPassword: ['anyone', 'Sets a new password by a mailed link, and ends every session.'],
    verifyEmail: ['anyone', 'Confirms an e-mail address by a mailed link.'],
    acceptInvitation: ['anyone', 'Accepts an invitation by a mailed link.'],
    me: ['anyone', 'Returns the account of the caller, or null without a session.'],
  },
  account: {
    get: ['signed in', 'Returns the account of the caller.'],
    update: ['signed in', 'Turns e-mails off or on.'],
    changePassword: ['signed in', 'Changes the password and ends every other session.'],
    changeEmail: ['signed in', 'Mails a link to a new e-mail address, which confirms it.'],
    resendVerification: ['signed in', 'Mails a new link to confirm the e-mail address.'],
    sessions: ['signed in', 'Lists the sessions of the account, the current one first.'],
    endSession: ['signed in', 'Ends a session of the account.'],
    endOtherSessions: ['signed in', 'Ends every session of the account except the current one.'],
    export: ['signed in', 'Returns what is stored about the caller, in parts.'],
    erase: ['signed in', 'Deletes the account of the caller: what identifies the person is removed.'],
  },
  shop: {
    get: ['anyone', 'Returns the currency and the time zone of the shop.'],
  },
  books: {
    list: [
      'anyone',
      'Lists the catalogue in the order of titles. A search finds words in title, author and ISBN.',
    ],
    suggest: ['anyone', 'Returns the first results of a search while its query is being typed.'],
    availability: ['anyone', 'Returns whether up to 50 books, by their ISBNs, can be bought or pre-booked.'],
    get: ['anyone', 'Returns a book by its id or ISBN.'],
    waitlist: ['anyone', 'Returns the number of waiting readers and the pre-booking of the caller.'],
    create: ['staff', 'Adds a book.', 'catalogue:write'],
    update: ['staff', 'Changes the details of a book.', 'catalogue:write'],
    previewWithdrawal: ['staff', 'Returns the effect of a withdrawal without making it.', 'catalogue:write'],
    withdraw: [
      'staff',
      'Withdraws a book that will not come back. Every waiting pre-booking is cancelled, and its reader gets an e-mail.',
      'catalogue:write',
    ],
    reinstate: ['staff', 'Makes it possible again to pre-book a withdrawn book.', 'catalogue:write'],
    import: ['staff', 'Creates or updates up to 256 books by their ISBNs.', 'catalogue:write'],
    expect: [
      'staff',
      'Sets when a book is expected in stock, and announces a changed date to everyone who waits.',
      'catalogue:write',
    ],
    overdue: [
      'staff',
      'Lists the sold-out books whose expected date is past, longest overdue first.',
      'demand:read',
    ],
  },
  stock: {
    set: ['staff', 'Sets the stock of a book. A restock notifies every waiting reader.', 'stock:write'],
    adjust: [
      'staff',
      'Adds or removes copies of a book. A restock notifies every waiting reader.',
      'stock:write',
    ],
    batch: [
      'staff',
      'Changes the stock of up to 500 books. Each line has an outcome of its own.',
      'stock:write',
    ],
    preview: ['staff', 'Returns the effect of a stock change without making it.', 'stock:write'],
    history: ['staff', 'Lists the stock movements of a book, newest first.', 'stock:write'],
    changes: ['staff', 'Streams stock movements as they happen.', 'stock:write'],
  },
  prebooks: {
    create: ['signed in', 'Pre-books a book that is out of stock.'],
    list: ['signed in', 'Lists the pre-bookings of the caller, newest first.'],
    get: ['signed in', 'Returns a pre-booking of the caller with its queue position.'],
    cancel: ['signed in', 'Cancels a pre-booking of the caller.'],
    challenge: ['anyone', 'Returns the challenge that `prebooks.request` has to solve, if any.'],
    request: ['anyone', 'Mails a link that pre-books a book without an account.'],
    confirm: ['anyone', 'Pre-books a book by a mailed link, and returns the pre-booking.'],
    watch: [
      'signed in',
      'Streams the live pre-bookings of the caller and the last cancelled ones, then changes.',
    ],
  },
  demand: {
    top: ['staff', 'Lists the open waitlists, largest first by default.', 'demand:read'],
    orderList: [
      'staff',
      'Lists all books that readers wait for, most readers first, with how many copies to order.',
      'demand:read',
    ],
    waitlist: [
      'staff',
      'Lists the readers waiting for a book, in queue order. Staff see no addresses.',
      'demand:read',
    ],
  },
  deliveries: {
    list: ['admins', 'Lists e-mails, newest first.', 'deliveries:read'],
    redrive: ['admins', 'Queues failed or held e-mails again.', 'deliveries:write'],
    liftSuppression: [
      'admins',
      'Lets an address get e-mail again after it refused some.',
      'deliveries:write',
    ],
  },
  users: {
    list: ['admins', 'Lists or searches accounts, newest first.', 'users:read'],
    update: ['admins', 'Changes the role of an account, whether it is active, or both at once.'],
    invite: ['admins', 'Mails an invitation to work with the shop.'],
    setRole: ['admins', 'Changes the role of an account, from its next request. See also `users.update`.'],
    deactivate: [
      'admins',
      'Deactivates an account. Its sessions are refused from the next request. See also `users.update`.',
    ],
    reactivate: ['admins', 'Reactivates an account. See also `users.update`.'],
  },
  tokens: {
    list: ['admins', 'Lists the tokens of machines, newest first.'],
    create: ['admins', 'Creates a token with a name and scopes, and returns its text once.'],
    rotate: ['admins', 'Gives a token a new text. The current one can keep working for some hours.'],
    revoke: ['admins', 'Ends a token. It is refused from its next request.'],
  },
  audit: {
    list: ['admins', 'Lists what staff and admins changed, newest first.'],
  },
}
