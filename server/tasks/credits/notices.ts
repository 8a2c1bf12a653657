import { noticeExpiringCredits } from '../../domains/credits/notices/expiring-credits'
import { noticeMonthReset } from '../../domains/credits/notices/month-reset'
import { useRuntime } from '../../utils/runtime'

export default defineTask({
  meta: {
    name: 'credits:notices',
    description: 'Daily mails: credits that expire in 30 or 7 days, and the monthly reset',
  },
  run: async () => {
    const { db } = useRuntime()
    const now = new Date()
    const expiring = await noticeExpiringCredits(db, now)
    return { result: { expiring, resets: await noticeMonthReset(db, now) } }
  },
})
