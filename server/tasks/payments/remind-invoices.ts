import { remindInvoices } from '../../domains/payments/invoices/remind-invoices'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: { name: 'payments:remind-invoices', description: 'Reminds hotels of invoices that are overdue' },
  run: async () => {
    const { db, stopping } = useRuntime()
    return { result: await remindInvoices(db, new Date(), stopping.signal) }
  },
})
