import { reconcilePurchases } from '../../domains/payments/reconcile'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: { name: 'payments:reconcile', description: 'Asks Stripe what became of purchases that are still open' },
  run: async () => {
    const { db, stopping } = useRuntime()
    return { result: await reconcilePurchases(db, new Date(), stopping.signal) }
  },
})
