/** Three hands a parcel passed through, and a gate. */
export function BrandMark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--text)" />
      <path d="M7 10h11M11 16h14M7 22h8" stroke="var(--surface)" strokeWidth="3.2" strokeLinecap="round" />
      <path d="m21.5 18.8 3.2 3.2-3.2 3.2-3.2-3.2z" fill="var(--gate)" />
    </svg>
  )
}
