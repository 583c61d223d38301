/** Leaves for the login page, which leads back here. */
export function goToLogin(): void {
  const { pathname, search } = window.location
  if (pathname === '/login') return
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`)
}
