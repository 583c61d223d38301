import { PageSkeleton } from '#components/notice/PageSkeleton.tsx'

export default function Loading() {
  return <PageSkeleton />
}
