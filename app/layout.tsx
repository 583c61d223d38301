import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { ApiProvider } from '#components/api/ApiProvider.tsx'

export const metadata: Metadata = {
  title: { default: 'Waybill', template: '%s · Waybill' },
  description: 'A record of jobs: append-only, provable, live.',
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f7f9' },
    { media: '(prefers-color-scheme: dark)', color: '#12151a' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    // theme.js sets data-theme before React looks
    <html lang="en" suppressHydrationWarning>
      <head>
        <script src="/theme.js" nonce={nonce} />
      </head>
      <body>
        <ApiProvider>{children}</ApiProvider>
      </body>
    </html>
  )
}
