-- AlterTable
ALTER TABLE "credit_purchases" ADD COLUMN     "receipt_snapshot" JSONB;

GRANT UPDATE (receipt_snapshot) ON credit_purchases TO hotel_app;

-- The nightly comparison finds a purchase's ledger entry without reading the ledger.
CREATE INDEX ai_credit_transactions_purchases ON ai_credit_transactions (tenant_id, reference_id) WHERE transaction_type = 'PURCHASE';
