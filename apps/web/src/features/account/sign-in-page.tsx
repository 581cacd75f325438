import { createRoute, Link } from '@tanstack/react-router'
import { accountAddress, password } from '../../lib/rules.ts'
import { useForm } from '../../lib/use-form.ts'
import { rootRoute } from '../../app/root-route.tsx'
import { redirectSearch, useFinishSignIn } from './use-finish-sign-in.ts'
import { client } from '../../lib/client.ts'
import { Field } from '../../ui/field.tsx'
import { AccountForm } from './account-form.tsx'
import { EmailField } from './email-field.tsx'

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: redirectSearch,
  component: SignInPage,
})

function SignInPage() {
  const search = signInRoute.useSearch()
  const finishSignIn = useFinishSignIn(search)
  const form = useForm({
    rules: { email: accountAddress, password },
    fieldByReason: { AUTH_INVALID_CREDENTIALS: 'password', AUTH_ACCOUNT_DEACTIVATED: 'email' },
    send: async ({ email, password: secret }) => {
      const { user } = await client.auth.login.mutate({ email, password: secret, session: 'cookie' })
      finishSignIn(user)
    },
  })
  return (
    <AccountForm
      title="Sign in"
      lead="Sign in to pre-book books and see your pre-bookings."
      form={form}
      submitLabel="Sign in"
      footer={
        <>
          New here?{' '}
          <Link to="/sign-up" search={search}>
            Create an account
          </Link>
        </>
      }
    >
      <EmailField {...form.field('email')} autoComplete="username" />
      <Field
        {...form.field('password')}
        label="Password"
        type="password"
        autoComplete="current-password"
        required
      />
      <p>
        <Link to="/forgot-password" search={search}>
          Forgot your password?
        </Link>
      </p>
    </AccountForm>
  )
}
