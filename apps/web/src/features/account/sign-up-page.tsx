import { limits } from '@prebook/client/limits'
import { createRoute, Link } from '@tanstack/react-router'
import { emailAddress, newPassword } from '../../lib/rules.ts'
import { useForm } from '../../lib/use-form.ts'
import { rootRoute } from '../../app/root-route.tsx'
import { arrivalSearch, useArrival } from './use-arrival.ts'
import { client } from '../../lib/client.ts'
import { Field } from '../../ui/field.tsx'
import { AccountForm } from './account-form.tsx'
import { EmailField } from './email-field.tsx'

export const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  validateSearch: arrivalSearch,
  component: SignUpPage,
})

function SignUpPage() {
  const search = signUpRoute.useSearch()
  const arrive = useArrival(search)
  const form = useForm({
    rules: { email: emailAddress, password: newPassword },
    beside: { AUTH_EMAIL_TAKEN: 'email' },
    send: async ({ email, password: secret }) => {
      const { user } = await client.auth.register.mutate({ email, password: secret, session: 'cookie' })
      arrive(user)
    },
  })
  return (
    <AccountForm
      title="Create an account"
      lead="One address, one password: then you can pre-book, and we tell you when your book is back."
      form={form}
      send="Create the account"
      otherwise={
        <>
          You have an account?{' '}
          <Link to="/sign-in" search={search}>
            Sign in
          </Link>
        </>
      }
    >
      <EmailField {...form.field('email')} autoComplete="email" />
      <Field
        {...form.field('password')}
        label="Password"
        type="password"
        autoComplete="new-password"
        hint={`At least ${limits.newPassword.min} characters. A few words in a row are easy to remember.`}
        minLength={limits.newPassword.min}
        maxLength={limits.newPassword.max}
        required
      />
    </AccountForm>
  )
}
