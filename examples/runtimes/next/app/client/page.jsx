import { Story } from './story.jsx'

export const dynamic = 'force-dynamic'

/** Passes the options to a client component. */
export default function Page() {
  return <Story options={JSON.parse(process.env.STORY)} />
}
