import type { Metadata } from 'next'
import { ConnectPage } from '#components/connect/ConnectPage.tsx'

export const metadata: Metadata = { title: 'Connect' }

export default function Page() {
  return <ConnectPage />
}
