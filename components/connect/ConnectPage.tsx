'use client'

import Link from 'next/link'
import { ConnectWayCard } from '#components/connect/ConnectWayCard.tsx'
import { connectWays } from '#components/connect/snippets.ts'
import { useConnected } from '#components/connect/useConnected.ts'
import { useVisit } from '#components/connect/useVisit.ts'
import { Snippet } from '#components/copy/Snippet.tsx'
import { TopBar } from '#components/shell/TopBar.tsx'
import styles from './ConnectPage.module.css'

/** Ways to record a first job; each says when it was heard from. */
export function ConnectPage() {
  const known = useVisit()
  return (
    <div className={styles.page}>
      <TopBar>
        <Link href="/" className={styles.crumb}>
          Jobs
        </Link>
        <h1 className={styles.crumb}>Connect</h1>
      </TopBar>
      <main className={styles.main}>
        <h2 className={styles.title}>Record your first job</h2>
        <p className={styles.text}>
          Paste one of these as it is. This page listens: the moment the first event arrives, its card turns green and
          leads to the job.
        </p>
        {known && <Ways {...known} />}
        <section className={styles.key}>
          <h2>The key</h2>
          <p className={styles.text}>
            On the machine that Waybill runs on, the command line finds the key by itself. Elsewhere, and for HTTP and
            TypeScript, put it into the environment. It is in the file <code>key</code> of the data directory,{' '}
            <code>.waybill</code> unless <code>WAYBILL_DATA_DIR</code> says otherwise.
          </p>
          <Snippet label="Once in the shell" code='export WAYBILL_KEY="$(cat .waybill/key)"' />
        </section>
      </main>
    </div>
  )
}

function Ways({ origin, visit }: { origin: string; visit: string }) {
  const connected = useConnected(visit)
  return (
    <div className={styles.ways}>
      {connectWays(origin, visit).map((way) => (
        <ConnectWayCard key={way.id} way={way} job={connected[way.id] ?? null} />
      ))}
    </div>
  )
}
