import { Link } from '@tanstack/react-router'
import { buttonClass } from '../ui/button.tsx'
import { EmptyState } from '../ui/states.tsx'

export function NotFoundPage() {
  return (
    <EmptyState wholePage title="There is no page at this address">
      <p>It may be mistyped, or the page may have moved.</p>
      <Link to="/" className={buttonClass({ tone: 'primary' })}>
        To the catalogue
      </Link>
    </EmptyState>
  )
}
