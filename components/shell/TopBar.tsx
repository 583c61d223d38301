import Link from 'next/link'
import type { ReactNode } from 'react'
import { BrandMark } from '#components/shell/BrandMark.tsx'
import { SessionMenu } from '#components/shell/SessionMenu.tsx'
import { ThemeToggle } from '#components/shell/ThemeToggle.tsx'
import styles from './TopBar.module.css'

/** @param children where in the application this page is, and what it offers */
export function TopBar({ children }: { children?: ReactNode }) {
  return (
    <header className={styles.bar}>
      <Link href="/" className={styles.brand} aria-label="Waybill, all jobs">
        <BrandMark size={20} />
        <span className={styles.name}>Waybill</span>
      </Link>
      <div className={styles.middle}>{children}</div>
      <Link href="/connect" className={styles.connect} prefetch={false}>
        Connect
      </Link>
      <ThemeToggle />
      <SessionMenu />
    </header>
  )
}
