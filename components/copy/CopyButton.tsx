'use client'

import { useEffect, useState } from 'react'
import { copyText } from '#components/copy/copyText.ts'
import styles from './CopyButton.module.css'

type CopyButtonProps = {
  /** what is copied, for its name: "Copy curl command" */
  label: string
  text: string | (() => string)
  /** shown beside the glyph */
  caption?: string
}

export function CopyButton({ label, text, caption }: CopyButtonProps) {
  const [isCopied, setIsCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setIsCopied(false), 1600)
    return () => clearTimeout(timer)
  }, [isCopied])
  return (
    <button
      type="button"
      className={caption ? styles.captioned : styles.button}
      aria-label={isCopied ? 'Copied' : label}
      title={label}
      onClick={async () => setIsCopied(await copyText(typeof text === 'string' ? text : text()))}
    >
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.3"
        aria-hidden="true"
      >
        {isCopied ? (
          <path d="m2.5 7.5 3 3 6-7" strokeLinecap="round" strokeLinejoin="round" strokeWidth="1.6" />
        ) : (
          <>
            <rect x="4.5" y="4.5" width="7" height="7.500" rx="1.2" />
            <path d="M9.500 4.500V3a1 1 0 0 0-1-1H3.500a1 1 0 0 0-1 1v5.500a1 1 0 0 0 1 1h1" />
          </>
        )}
      </svg>
      {caption && <span>{isCopied ? 'Copied' : caption}</span>}
    </button>
  )
}
