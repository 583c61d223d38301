/** What a view that fills the page does with the keys for rows. */
export type ViewKeys = {
  /** selects the row so many further down */
  move(by: number): void
  /** opens or closes the current row */
  fold(open: boolean): void
}
