import { Link, Outlet } from '@tanstack/react-router'
import { VerificationBanner } from '../features/account/verification-banner.tsx'
import { useClearPendingPrebook } from '../features/prebooks/use-clear-pending-prebook.ts'
import { LiveUpdates } from './live/live-updates.ts'
import { AccountMenu } from './account-menu.tsx'
import { ConnectionBadge } from './connection-badge.tsx'
import { NavigationLinks } from './navigation.tsx'
import { NoticeRegion } from './notice-region.tsx'
import { SearchBox } from './search-box.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import './shell.css'

/** The header, footer and notices around every page. */
export function Shell() {
  useClearPendingPrebook()
  return (
    <>
      <a href="#content" className="skip-link">
        Skip to content
      </a>
      <header className="masthead">
        <div className="masthead-row">
          <Link to="/" className="wordmark" aria-label="Prebook: go to the catalogue">
            <svg viewBox="0 0 20 28" aria-hidden="true">
              <path d="M2 0h16v28l-8-6.5L2 28z" />
            </svg>
            Prebook
          </Link>
          <SearchBox />
          <div className="masthead-tools">
            <ThemeSwitch />
            <AccountMenu />
          </div>
        </div>
        <div className="masthead-below">
          <NavigationLinks />
          <ConnectionBadge />
        </div>
      </header>
      <main id="content" tabIndex={-1} className="content">
        <VerificationBanner />
        <Outlet />
      </main>
      <footer className="colophon">
        <p>
          Pre-book sold-out books and get notified the moment they are back in stock. For developers:{' '}
          <a href="/docs">API documentation</a>.
        </p>
      </footer>
      <NoticeRegion />
      <LiveUpdates />
    </>
  )
}
