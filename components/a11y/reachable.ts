/** Spread on an element that scrolls, so that the keyboard can reach and scroll it (WCAG 2.2, 2.1.1). */
export const reachable = { tabIndex: 0 } as const
