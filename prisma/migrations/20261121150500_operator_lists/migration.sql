-- DropIndex: a transfer may be allocated to one invoice in several steps; the rows' locks keep the sums, not a key.
DROP INDEX "invoice_payments_tenant_id_invoice_id_transfer_id_key";

-- CreateIndex
CREATE INDEX "invoice_payments_tenant_id_invoice_id_idx" ON "invoice_payments"("tenant_id", "invoice_id");

-- CreateIndex
CREATE INDEX "invoice_payments_transfer_id_idx" ON "invoice_payments"("transfer_id");

-- CreateIndex: the operator's lists go over all hotels.
CREATE INDEX "credit_purchases_created_at_id_idx" ON "credit_purchases"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "invoices_created_at_id_idx" ON "invoices"("created_at" DESC, "id" DESC);
