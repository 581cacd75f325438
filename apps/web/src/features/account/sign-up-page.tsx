import { limits } from '@prebook/client/limits'
import { createRoute, Link } from '@tanstack/react-router'
import { emailAddress, newPassword } from '../../lib/rules.ts'
import { useForm } from '../../lib/use-form.ts'
import { rootRoute } from '../../app/root-route.tsx'
import { redirectSearch, useFinishSignIn } from './use-finish-sign-in.ts'
import { client } from '../../lib/client.ts'
import { Field } from '../../ui/field.tsx'
import { AccountForm } from './account-form.tsx'
import { EmailField } from './email-field.tsx'

export const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  validateSearch: redirectSearch,
  component: SignUpPage,
})

function SignUpPage() {
  const search = signUpRoute.useSearch()
  const finishSignIn = useFinishSignIn(search)
  const form = useForm({
    rules: { email: emailAddress, password: newPassword },
    fieldByReason: { AUTH_EMAIL_TAKEN: 'email' },
    send: async ({ email, password: secret }) => {
      const { user } = await client.auth.register.mutate({ email, password: secret, session: 'cookie' })
      finishSignIn(user)
    },
  })
  return (
    <AccountForm
      title="Create an account"
      lead="Pre-book sold-out books and get notified the moment they are back in stock."
      form={form}
      submitLabel="Create account"
      footer={
        <>
          Already have an account?{' '}
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
        hint={`At least ${limits.newPassword.min} characters. A phrase of several words is easy to remember.`}
        minLength={limits.newPassword.min}
        maxLength={limits.newPassword.max}
        required
      />
    </AccountForm>
  )
}
