import { Link, useRouterState } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import type { User } from '@prebook/client'
import { roleLabels } from '../features/account/roles.ts'
import { useMe } from '../features/account/session.ts'
import { useSignOut } from '../features/account/use-sign-out.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import './account-menu.css'

/** The menu of the signed-in account, or a link to sign in and return to this page. */
export function AccountMenu() {
  const me = useMe()
  const location = useRouterState({ select: (state) => state.location })
  if (me === undefined) return <span className="account-menu-unknown" />
  if (me === null) {
    // Return to the current page after signing in, never to the sign-in page itself.
    const search = isSigningIn(location.pathname) ? location.search : { redirect: location.href }
    return (
      <Link to="/sign-in" search={search} className={buttonClass({})}>
        Sign in
      </Link>
    )
  }
  // The key remounts the menu on navigation, so that following a link closes it.
  return <SignedInMenu key={location.href} email={me.email} role={me.role} />
}

function isSigningIn(pathname: string): boolean {
  return pathname.startsWith('/sign-') || pathname === '/forgot-password'
}

function SignedInMenu({ email, role }: Pick<User, 'email' | 'role'>) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return undefined
    const closeOnOutside = ({ target }: Event) => {
      if (target instanceof Node && menu.current?.contains(target) === false) setOpen(false)
    }
    const closeOnEscape = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape') return
      setOpen(false)
      button.current?.focus()
    }
    document.addEventListener('pointerdown', closeOnOutside)
    document.addEventListener('focusin', closeOnOutside)
    document.addEventListener('keydown', closeOnEscape)
    return () => {
      document.removeEventListener('pointerdown', closeOnOutside)
      document.removeEventListener('focusin', closeOnOutside)
      document.removeEventListener('keydown', closeOnEscape)
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
        aria-label={`Account menu for ${email}`}
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
          {role !== 'reader' && <span>{roleLabels[role]}</span>}
        </p>
        <Link to="/account">Account settings</Link>
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
