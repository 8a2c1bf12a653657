import { noticeExpiringCards } from '../../domains/payments/cards/notice-expiring-cards'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: { name: 'payments:card-notices', description: 'Daily mails: stored cards that expire this month or the next' },
  run: async () => ({ result: { cards: await noticeExpiringCards(useRuntime().db, new Date()) } }),
})
