import { Link } from '@tanstack/react-router'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/states.tsx'

export function NotFoundPage() {
  return (
    <EmptyState wholePage title="Page not found">
      <p>Check the address. The page may also have moved.</p>
      <Link to="/" className={buttonClass({ tone: 'primary' })}>
        Browse the catalogue
      </Link>
    </EmptyState>
  )
}
