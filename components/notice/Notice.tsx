import Link from 'next/link'
import type { ReactNode } from 'react'
import { BrandMark } from '#components/shell/BrandMark.tsx'
import styles from './Notice.module.css'

type NoticeProps = {
  title: string
  children?: ReactNode
  /** what names this failure in the server's log */
  facts?: { name: string; value: string }[]
  action?: { label: string; onClick: () => void }
  links?: { href: string; label: string }[]
}

/** A page that has only one thing to say. */
export function Notice({ title, children, facts = [], action, links = [] }: NoticeProps) {
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <BrandMark />
        <h1 className={styles.title}>{title}</h1>
        <div className={styles.text}>{children}</div>
        {facts.length > 0 && (
          <dl className={styles.facts}>
            {facts.map((fact) => (
              <div key={fact.name}>
                <dt>{fact.name}</dt>
                <dd>
                  <code>{fact.value}</code>
                </dd>
              </div>
            ))}
          </dl>
        )}
        <div className={styles.actions}>
          {action && (
            <button type="button" className={styles.button} onClick={action.onClick}>
              {action.label}
            </button>
          )}
          {links.map((link) => (
            <Link key={link.href} href={link.href} className={styles.link}>
              {link.label}
            </Link>
          ))}
        </div>
      </div>
    </main>
  )
}
