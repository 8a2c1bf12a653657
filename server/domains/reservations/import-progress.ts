import type { Context } from '../../utils/context'
import type { Counts } from './read-rows'

const progressMs = 500

/** Undone while it ran: nothing is left to do. */
export class Cancelled extends Error {}

/** Tells how far the import is, outside its transaction, and hears there whether it was undone. */
export class Progress {
  readonly signal: AbortSignal
  private readonly cancelled = new AbortController()
  private readonly timer: NodeJS.Timeout
  private isTelling = false

  constructor(
    private readonly ctx: Context,
    private readonly importId: string,
    private readonly rowsTotal: number,
    private readonly counts: Counts,
  ) {
    this.signal = AbortSignal.any([ctx.signal, this.cancelled.signal])
    this.timer = setInterval(() => void this.tell(), progressMs)
  }

  end(): void {
    clearInterval(this.timer)
  }

  private async tell(): Promise<void> {
    if (this.isTelling) return
    this.isTelling = true
    try {
      const { count } = await this.ctx.db.transaction((tx) =>
        tx.reservationImport.updateMany({
          where: { tenantId: this.ctx.tenantId, id: this.importId, status: 'running' },
          data: { rowsRead: this.counts.rowsRead, rowsTotal: this.rowsTotal },
        }),
      )
      if (count === 0) this.cancelled.abort(new Cancelled())
    } catch {
      // Only the bar stands still for a moment; the import itself says what is wrong with the database.
    } finally {
      this.isTelling = false
    }
  }
}
