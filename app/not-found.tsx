import type { Metadata } from 'next'
import { Notice } from '#components/notice/Notice.tsx'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <Notice title="There is nothing here" links={[{ href: '/', label: 'All jobs' }]}>
      <p>The address may be wrong, or what it named may belong to another organisation.</p>
    </Notice>
  )
}
