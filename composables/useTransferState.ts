import type { Transfer } from '#shared/schemas/operator'

/** How much of a transfer has found its invoices. */
export function useTransferState() {
  return ({ allocatedYen, unallocatedYen }: Pick<Transfer, 'allocatedYen' | 'unallocatedYen'>) =>
    unallocatedYen === 0 ? 'ALLOCATED' : allocatedYen === 0 ? 'OPEN' : 'PARTLY'
}
