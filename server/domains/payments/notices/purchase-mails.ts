import { z } from 'zod'
import { paymentMethod, purchaseSource } from '#shared/schemas/payments'
import type { Context } from '../../../utils/context'
import type { Database, Transaction } from '../../../utils/db'
import type { DomainEvent } from '../../../utils/outbox-relay'
import { text } from '../../../utils/texts'
import { eventContext } from '../../identity/job-context'
import { recipientsOf } from '../../identity/people'
import { queueMail } from '../../mail/queue-mail'
import { spentThisMonth } from '../auto-purchase/read-state'
import { cardWords } from '../cards/card-name'
import { invoiceRecipients } from '../invoices/invoice-recipients'
import { fixReceipt } from '../invoices/receipt'

/** Of credits.purchase_<status> (the database function purchase_apply). */
const news = z.object({ purchaseId: z.uuid(), paymentMethod, source: purchaseSource })

/** The receipt: to whoever bought; for an auto-purchase to the hotel's managers; of an invoice, where that went. */
export async function mailReceipt(db: Database, event: DomainEvent): Promise<void> {
  const { purchaseId, paymentMethod: method, source } = news.parse(event.payload)
  const ctx = await eventContext(db, event)
  if (method === 'invoice') return mailTransferReceived(ctx, purchaseId)
  await ctx.db.transaction(async (tx) => {
    const purchase = await purchaseOf(tx, ctx, purchaseId)
    const isAuto = source === 'auto_purchase'
    const mail = {
      locale: ctx.locale,
      to: isAuto ? await recipientsOf(tx, ctx.tenantId, 'MANAGER') : purchase.buyer,
      dedupeKey: `purchase:${purchaseId}:completed`,
      path: '/settings/billing',
    } as const
    const receipt = await fixReceipt(tx, ctx, purchaseId)
    const attachment = receipt ? { kind: 'receipt', id: purchaseId } : undefined
    const values = { ...purchase.values, monthTotal: await spentThisMonth(tx, ctx, purchase.accountId) }
    await queueMail(tx, ctx, {
      ...mail,
      kind: isAuto ? 'autoPurchaseCompleted' : 'purchaseCompleted',
      values,
      attachment,
    })
  })
}

async function mailTransferReceived(ctx: Context, purchaseId: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const invoice = await tx.invoice.findUniqueOrThrow({
      where: { tenantId_purchaseId: { tenantId: ctx.tenantId, purchaseId } },
      include: { purchase: { select: { creditsAmount: true } } },
    })
    await queueMail(tx, ctx, {
      kind: 'transferReceived',
      locale: ctx.locale,
      to: await invoiceRecipients(tx, ctx, invoice),
      dedupeKey: `invoice:${invoice.id}:paid`,
      path: '/settings/billing',
      values: {
        hotel: ctx.tenant.name,
        number: invoice.invoiceNumber,
        total: invoice.totalYen,
        credits: invoice.purchase.creditsAmount,
      },
    })
  })
}

/** A stored card whose bank wants to see its customer: the link that finishes the purchase. */
export async function mailAuthenticationLink(db: Database, event: DomainEvent): Promise<void> {
  const { purchaseId, paymentMethod: method } = news.parse(event.payload)
  // Whoever pays with a card in the browser authenticates there and then.
  if (method !== 'stored_card') return
  const ctx = await eventContext(db, event)
  await ctx.db.transaction(async (tx) => {
    const { values } = await purchaseOf(tx, ctx, purchaseId)
    await queueMail(tx, ctx, {
      kind: 'authenticationRequired',
      locale: ctx.locale,
      to: await recipientsOf(tx, ctx.tenantId, 'MANAGER'),
      dedupeKey: `purchase:${purchaseId}:authentication`,
      path: `/settings/billing/authenticate/${purchaseId}`,
      values,
    })
  })
}

async function purchaseOf(tx: Transaction, ctx: Context, id: string) {
  const purchase = await tx.creditPurchase.findUniqueOrThrow({ where: { tenantId_id: { tenantId: ctx.tenantId, id } } })
  const buyer = purchase.userId
    ? await tx.user.findMany({ where: { id: purchase.userId }, select: { name: true, email: true } })
    : []
  return {
    accountId: purchase.accountId,
    buyer,
    values: {
      hotel: ctx.tenant.name,
      credits: purchase.creditsAmount,
      total: purchase.totalYen,
      card: await cardName(tx, ctx, purchase.stripePaymentMethodId),
    },
  }
}

/** A stored card, removed ones too, as a person knows it. One that was never stored has no name here. */
export async function cardName(tx: Transaction, ctx: Context, stripePaymentMethodId: string | null): Promise<string> {
  const card = stripePaymentMethodId
    ? await tx.paymentMethod.findFirst({
        where: { tenantId: ctx.tenantId, stripePaymentMethodId },
        select: { brand: true, last4: true },
      })
    : null
  return card ? cardWords(ctx.locale, card) : text(ctx.locale, 'payments.notices.unnamedCard')
}
