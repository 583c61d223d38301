'use client'

import { Notice } from '#components/notice/Notice.tsx'

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Notice
      title="This page stopped working"
      action={{ label: 'Try again', onClick: reset }}
      links={[{ href: '/', label: 'All jobs' }]}
      facts={error.digest ? [{ name: 'Error', value: error.digest }] : []}
    >
      <p>The record itself is not affected: everything that was stored is still stored.</p>
    </Notice>
  )
}
