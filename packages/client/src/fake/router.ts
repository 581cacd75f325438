import type { AnyTRPCRouter } from '@trpc/server'
import {
  AccountEraseInput,
  AccountExportInput,
  AccountUpdateInput,
  AuditListInput,
  BookAvailabilityInput,
  BookCreateInput,
  BookExpectInput,
  BookGetInput,
  BookImportInput,
  BookListInput,
  BookOverdueInput,
  BookPreviewWithdrawalInput,
  BookReinstateInput,
  BookSuggestInput,
  BookUpdateInput,
  BookWaitlistInput,
  BookWithdrawInput,
  DeliveryIdInput,
  DeliveryListInput,
  DeliveryRedriveInput,
  DemandOrderListInput,
  DemandTopInput,
  DemandWaitlistInput,
  EmailChangeInput,
  EmailVerifyInput,
  InvitationAcceptInput,
  LoginInput,
  PasswordChangeInput,
  PasswordResetInput,
  PasswordResetRequestInput,
  PrebookConfirmInput,
  PrebookCreateInput,
  PrebookIdInput,
  PrebookListInput,
  PrebookRequestInput,
  PrebookWatchInput,
  RegisterInput,
  SessionIdInput,
  StockAdjustInput,
  StockBatchInput,
  StockChangesInput,
  StockHistoryInput,
  StockPreviewInput,
  StockSetInput,
  TokenCreateInput,
  TokenIdInput,
  TokenListInput,
  TokenRotateInput,
  UserIdInput,
  UserInviteInput,
  UserListInput,
  UserSetRoleInput,
  UserUpdateInput,
  listInput,
  optionalInput,
} from '@prebook/core'
import * as accounts from './accounts.ts'
import * as auth from './auth.ts'
import { bookAvailability } from './availability.ts'
import * as books from './books.ts'
import * as deliveries from './deliveries.ts'
import * as demand from './demand.ts'
import { eraseAccount } from './erase-account.ts'
import * as expectedDates from './expected-dates.ts'
import { exportAccount } from './export-account.ts'
import * as guests from './guests.ts'
import { importBooks } from './import-books.ts'
import * as prebooks from './prebooks.ts'
import { actorProcedure, anyoneProcedure, personProcedure, router } from './procedures.ts'
import { getShop } from './get-shop.ts'
import { suggestBooks } from './suggestions.ts'
import * as stock from './stock.ts'
import * as tokens from './tokens.ts'
import * as users from './users.ts'
import * as withdrawals from './withdrawals.ts'

/** A resolver that calls a function with the call and its input. */
function by<Call, Input, Output>(answer: (call: Call, input: Input) => Output) {
  return ({ ctx, input }: { ctx: Call; input: Input }): Output => answer(ctx, input)
}

/** Every procedure of the service, with the inputs of core. */
export const fakeRouter = router({
  auth: {
    register: anyoneProcedure.input(RegisterInput).mutation(by(auth.register)),
    login: anyoneProcedure.input(LoginInput).mutation(by(auth.login)),
    logout: personProcedure.mutation(by(auth.logout)),
    logoutEverywhere: personProcedure.mutation(by(auth.logoutEverywhere)),
    requestPasswordReset: anyoneProcedure
      .input(PasswordResetRequestInput)
      .mutation(by(auth.requestPasswordReset)),
    resetPassword: anyoneProcedure.input(PasswordResetInput).mutation(by(auth.resetPassword)),
    verifyEmail: anyoneProcedure.input(EmailVerifyInput).mutation(by(auth.verifyEmail)),
    acceptInvitation: anyoneProcedure.input(InvitationAcceptInput).mutation(by(auth.acceptInvitation)),
    me: anyoneProcedure.query(by(auth.me)),
  },
  account: {
    get: personProcedure.query(by(accounts.getAccount)),
    update: personProcedure.input(AccountUpdateInput).mutation(by(accounts.updateAccount)),
    changePassword: personProcedure.input(PasswordChangeInput).mutation(by(accounts.changePassword)),
    changeEmail: personProcedure.input(EmailChangeInput).mutation(by(accounts.changeEmail)),
    resendVerification: personProcedure.mutation(by(accounts.resendVerification)),
    sessions: personProcedure.query(by(accounts.listSessions)),
    endSession: personProcedure.input(SessionIdInput).mutation(by(accounts.endSession)),
    endOtherSessions: personProcedure.mutation(by(accounts.endOtherSessions)),
    export: personProcedure.input(optionalInput(AccountExportInput)).query(by(exportAccount)),
    erase: personProcedure.input(optionalInput(AccountEraseInput)).mutation(by(eraseAccount)),
  },
  books: {
    list: anyoneProcedure.input(optionalInput(listInput(BookListInput))).query(by(books.listBooks)),
    suggest: anyoneProcedure.input(BookSuggestInput).query(by(suggestBooks)),
    availability: anyoneProcedure.input(BookAvailabilityInput).query(by(bookAvailability)),
    get: anyoneProcedure.input(BookGetInput).query(by(books.getBook)),
    waitlist: anyoneProcedure.input(BookWaitlistInput).query(by(books.bookWaitlist)),
    create: actorProcedure.input(BookCreateInput).mutation(by(books.createBook)),
    update: actorProcedure.input(BookUpdateInput).mutation(by(books.updateBook)),
    previewWithdrawal: actorProcedure
      .input(BookPreviewWithdrawalInput)
      .query(by(withdrawals.previewWithdrawal)),
    withdraw: actorProcedure.input(BookWithdrawInput).mutation(by(withdrawals.withdraw)),
    reinstate: actorProcedure.input(BookReinstateInput).mutation(by(withdrawals.reinstate)),
    import: actorProcedure.input(BookImportInput).mutation(by(importBooks)),
    expect: actorProcedure.input(BookExpectInput).mutation(by(expectedDates.expectBook)),
    overdue: actorProcedure
      .input(optionalInput(listInput(BookOverdueInput)))
      .query(by(expectedDates.overdueBooks)),
  },
  shop: {
    get: anyoneProcedure.query(by(getShop)),
  },
  stock: {
    set: actorProcedure.input(StockSetInput).mutation(by(stock.changeStock)),
    adjust: actorProcedure.input(StockAdjustInput).mutation(by(stock.changeStock)),
    batch: actorProcedure.input(StockBatchInput).mutation(by(stock.batchStock)),
    preview: actorProcedure.input(StockPreviewInput).query(by(stock.previewStock)),
    history: actorProcedure.input(listInput(StockHistoryInput)).query(by(stock.stockHistory)),
    changes: actorProcedure
      .input(optionalInput(StockChangesInput))
      .subscription(({ ctx, input, signal }) => stock.stockChanges(ctx, input, signal)),
  },
  prebooks: {
    create: personProcedure.input(PrebookCreateInput).mutation(by(prebooks.createPrebook)),
    list: personProcedure.input(optionalInput(listInput(PrebookListInput))).query(by(prebooks.listPrebooks)),
    get: personProcedure.input(PrebookIdInput).query(by(prebooks.getPrebook)),
    cancel: personProcedure.input(PrebookIdInput).mutation(by(prebooks.cancelPrebook)),
    challenge: anyoneProcedure.query(guests.prebookChallenge),
    request: anyoneProcedure.input(PrebookRequestInput).mutation(by(guests.requestPrebook)),
    confirm: anyoneProcedure.input(PrebookConfirmInput).mutation(by(guests.confirmPrebook)),
    watch: personProcedure
      .input(optionalInput(PrebookWatchInput))
      .subscription(({ ctx, input, signal }) => prebooks.watchPrebooks(ctx, input, signal)),
  },
  demand: {
    top: actorProcedure.input(optionalInput(DemandTopInput)).query(by(demand.topDemand)),
    orderList: actorProcedure
      .input(optionalInput(listInput(DemandOrderListInput)))
      .query(by(demand.orderList)),
    waitlist: actorProcedure.input(listInput(DemandWaitlistInput)).query(by(demand.waitlistDemand)),
  },
  deliveries: {
    list: actorProcedure
      .input(optionalInput(listInput(DeliveryListInput)))
      .query(by(deliveries.listDeliveries)),
    redrive: actorProcedure.input(DeliveryRedriveInput).mutation(by(deliveries.redriveDeliveries)),
    liftSuppression: actorProcedure.input(DeliveryIdInput).mutation(by(deliveries.liftSuppression)),
  },
  users: {
    list: actorProcedure.input(optionalInput(listInput(UserListInput))).query(by(users.listUsers)),
    update: personProcedure.input(UserUpdateInput).mutation(by(users.updateUser)),
    invite: personProcedure.input(UserInviteInput).mutation(by(users.inviteUser)),
    setRole: personProcedure.input(UserSetRoleInput).mutation(by(users.updateUser)),
    deactivate: personProcedure
      .input(UserIdInput)
      .mutation(({ ctx, input }) => users.updateUser(ctx, { ...input, isActive: false })),
    reactivate: personProcedure
      .input(UserIdInput)
      .mutation(({ ctx, input }) => users.updateUser(ctx, { ...input, isActive: true })),
  },
  tokens: {
    list: personProcedure.input(optionalInput(listInput(TokenListInput))).query(by(tokens.listTokens)),
    create: personProcedure.input(TokenCreateInput).mutation(by(tokens.createToken)),
    rotate: personProcedure.input(TokenRotateInput).mutation(by(tokens.rotateToken)),
    revoke: personProcedure.input(TokenIdInput).mutation(by(tokens.revokeToken)),
  },
  audit: {
    list: personProcedure.input(optionalInput(listInput(AuditListInput))).query(by(users.listAudit)),
  },
}) satisfies AnyTRPCRouter
