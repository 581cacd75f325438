import { Link, useRouterState } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import { useMe } from '../features/account/session.ts'
import { useSignOut } from '../features/account/use-sign-out.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import './account-menu.css'

/** Who is signed in, and what they can do about it; or the way to sign in and back to this page. */
export function AccountMenu() {
  const me = useMe()
  const here = useRouterState({ select: ({ location }) => location })
  if (me === undefined) return <span className="account-menu-unknown" />
  if (me === null) {
    // Signing in leads back to where one was, not to the page on which one signed in.
    const search = here.pathname.startsWith('/sign-') ? here.search : { redirect: here.href }
    return (
      <Link to="/sign-in" search={search} className={buttonClass({})}>
        Sign in
      </Link>
    )
  }
  // Made anew for each address, so that following a link closes it.
  return <SignedInMenu key={here.href} email={me.email} isAdmin={me.role === 'admin'} />
}

function SignedInMenu({ email, isAdmin }: { email: string; isAdmin: boolean }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return undefined
    const outside = ({ target }: Event) => {
      if (target instanceof Node && menu.current?.contains(target) === false) setOpen(false)
    }
    const escape = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape') return
      setOpen(false)
      button.current?.focus()
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', outside)
    document.addEventListener('keydown', escape)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', outside)
      document.removeEventListener('keydown', escape)
    }
  }, [open])
  return (
    <div className="account-menu" ref={menu}>
      <Button
        ref={button}
        tone="quiet"
        className="icon-button"
        aria-expanded={open}
        aria-controls={id}
        aria-label={`Account of ${email}`}
        onClick={() => setOpen(!open)}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="8" r="4" />
          <path d="M4 21c.8-4.4 4-6.5 8-6.5s7.200 2.100 8 6.500" />
        </svg>
      </Button>
      <div id={id} className="account-menu-sheet" hidden={!open}>
        <p className="account-menu-who">
          {email}
          {isAdmin && <span>Admin</span>}
        </p>
        <Link to="/account">Account and e-mails</Link>
        <SignOut />
      </div>
    </div>
  )
}

function SignOut() {
  const signOut = useSignOut('here')
  return (
    <Button busy={signOut.isPending} onClick={() => signOut.mutate()}>
      Sign out
    </Button>
  )
}
