import { useStripe } from '../../domains/payments/stripe'
import { verifyPayments } from '../../domains/payments/verify-payments'
import { logger } from '../../utils/logger'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: {
    name: 'payments:verify',
    description: 'Compares purchases, grants, invoices, transfers and Stripe’s records',
  },
  run: async () => {
    const { differences } = await verifyPayments(useRuntime().db, useStripe(), new Date())
    if (differences.length > 0) logger.error({ differences }, 'payments: the books differ')
    return { result: { differences: differences.length } }
  },
})
