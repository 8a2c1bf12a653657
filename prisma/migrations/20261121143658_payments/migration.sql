-- AlterTable
ALTER TABLE "ai_credit_accounts" ADD COLUMN     "auto_purchase_attempted_at" TIMESTAMPTZ(3),
ADD COLUMN     "auto_purchase_failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "auto_purchase_stopped_reason" TEXT;

-- CreateTable
CREATE TABLE "ai_credit_packages" (
    "id" UUID NOT NULL,
    "plan_type" TEXT,
    "credits_amount" INTEGER NOT NULL,
    "list_price_yen" INTEGER NOT NULL,
    "price_yen" INTEGER NOT NULL,
    "discount_rate" DECIMAL(5,4) GENERATED ALWAYS AS (1 - price_yen::numeric / list_price_yen) STORED,
    "is_bulk_package" BOOLEAN NOT NULL DEFAULT false,
    "is_promotional" BOOLEAN NOT NULL DEFAULT false,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "valid_from" TIMESTAMPTZ(3),
    "valid_until" TIMESTAMPTZ(3),
    "display_name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "marketing_highlight" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ai_credit_packages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credit_purchases" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "package_id" UUID NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'CREATED',
    "payment_method" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "user_id" UUID,
    "credits_amount" INTEGER NOT NULL,
    "list_price_yen" INTEGER NOT NULL,
    "discount_yen" INTEGER NOT NULL,
    "price_yen" INTEGER NOT NULL,
    "discount_type" TEXT,
    "tax_rate" DECIMAL(5,4) NOT NULL,
    "tax_yen" INTEGER NOT NULL,
    "total_yen" INTEGER NOT NULL,
    "currency" TEXT NOT NULL DEFAULT 'jpy',
    "save_card" BOOLEAN NOT NULL DEFAULT false,
    "stripe_customer_id" TEXT,
    "stripe_payment_method_id" TEXT,
    "stripe_payment_intent_id" TEXT,
    "failure_code" TEXT,
    "decline_code" TEXT,
    "transaction_id" UUID,
    "granted_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "paid_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "user_agent" TEXT,

    CONSTRAINT "credit_purchases_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "credit_purchase_transitions" (
    "from_status" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "to_status" TEXT NOT NULL,

    CONSTRAINT "credit_purchase_transitions_pkey" PRIMARY KEY ("from_status","event")
);

-- CreateTable
CREATE TABLE "stripe_customers" (
    "owner_tenant_id" UUID NOT NULL,
    "stripe_customer_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stripe_customers_pkey" PRIMARY KEY ("owner_tenant_id")
);

-- CreateTable
CREATE TABLE "payment_methods" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "stripe_payment_method_id" TEXT NOT NULL,
    "brand" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "exp_month" INTEGER NOT NULL,
    "exp_year" INTEGER NOT NULL,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),
    "noticed_expiry" TEXT,

    CONSTRAINT "payment_methods_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "billing_accounts" (
    "tenant_id" UUID NOT NULL,
    "customer_number" SERIAL NOT NULL,
    "invoice_credit_limit_yen" INTEGER NOT NULL DEFAULT 0,
    "recipient_name" TEXT NOT NULL DEFAULT '',
    "invoice_email" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "billing_accounts_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "invoice_sequences" (
    "tenant_id" UUID NOT NULL,
    "year" INTEGER NOT NULL,
    "last_number" INTEGER NOT NULL,

    CONSTRAINT "invoice_sequences_pkey" PRIMARY KEY ("tenant_id","year")
);

-- CreateTable
CREATE TABLE "invoices" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "purchase_id" UUID NOT NULL,
    "year" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "invoice_number" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'ISSUED',
    "issued_on" DATE NOT NULL,
    "due_on" DATE NOT NULL,
    "net_yen" INTEGER NOT NULL,
    "tax_yen" INTEGER NOT NULL,
    "total_yen" INTEGER NOT NULL,
    "paid_yen" INTEGER NOT NULL DEFAULT 0,
    "recipient_email" TEXT,
    "snapshot" JSONB NOT NULL,
    "paid_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invoices_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "bank_transfers" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "received_on" DATE NOT NULL,
    "amount_yen" INTEGER NOT NULL,
    "payer_name" TEXT NOT NULL,
    "payer_key" TEXT NOT NULL,
    "reference" TEXT NOT NULL DEFAULT '',
    "occurrence" INTEGER NOT NULL DEFAULT 1,
    "allocated_yen" INTEGER NOT NULL DEFAULT 0,
    "note" TEXT NOT NULL DEFAULT '',
    "source" TEXT NOT NULL,
    "recorded_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "bank_transfers_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "invoice_payments" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "invoice_id" UUID NOT NULL,
    "transfer_id" UUID NOT NULL,
    "amount_yen" INTEGER NOT NULL,
    "recorded_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invoice_payments_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "auto_purchase_decisions" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "decision" TEXT NOT NULL,
    "available" INTEGER NOT NULL,
    "threshold" INTEGER NOT NULL,
    "purchase_id" UUID,
    "total_yen" INTEGER,
    "month_spent_yen" INTEGER,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "auto_purchase_decisions_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "webhook_events" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'RECEIVED',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "hotel_tenant_id" UUID,
    "object_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "processed_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "platform_billing" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "issuer_name" TEXT NOT NULL,
    "registration_number" TEXT,
    "postal_code" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "phone" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "bank_name" TEXT NOT NULL,
    "bank_branch" TEXT NOT NULL,
    "bank_account_type" TEXT NOT NULL,
    "bank_account_number" TEXT NOT NULL,
    "bank_account_holder" TEXT NOT NULL,
    "payment_term_days" INTEGER NOT NULL DEFAULT 30,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "platform_billing_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "credit_purchases_tenant_id_created_at_id_idx" ON "credit_purchases"("tenant_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "credit_purchases_tenant_id_transaction_id_key" ON "credit_purchases"("tenant_id", "transaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "credit_purchases_tenant_id_stripe_payment_intent_id_key" ON "credit_purchases"("tenant_id", "stripe_payment_intent_id");

-- CreateIndex
CREATE UNIQUE INDEX "stripe_customers_stripe_customer_id_key" ON "stripe_customers"("stripe_customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_methods_tenant_id_stripe_payment_method_id_key" ON "payment_methods"("tenant_id", "stripe_payment_method_id");

-- CreateIndex
CREATE INDEX "invoices_tenant_id_issued_on_idx" ON "invoices"("tenant_id", "issued_on" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "invoices_tenant_id_purchase_id_key" ON "invoices"("tenant_id", "purchase_id");

-- CreateIndex
CREATE UNIQUE INDEX "invoices_tenant_id_year_number_key" ON "invoices"("tenant_id", "year", "number");

-- CreateIndex
CREATE UNIQUE INDEX "bank_transfers_tenant_id_received_on_amount_yen_payer_key_r_key" ON "bank_transfers"("tenant_id", "received_on", "amount_yen", "payer_key", "reference", "occurrence");

-- CreateIndex
CREATE UNIQUE INDEX "invoice_payments_tenant_id_invoice_id_transfer_id_key" ON "invoice_payments"("tenant_id", "invoice_id", "transfer_id");

-- CreateIndex
CREATE INDEX "auto_purchase_decisions_tenant_id_created_at_id_idx" ON "auto_purchase_decisions"("tenant_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "webhook_events_received_at_id_idx" ON "webhook_events"("received_at" DESC, "id");

-- AddForeignKey
ALTER TABLE "ai_credit_packages" ADD CONSTRAINT "ai_credit_packages_plan_type_fkey" FOREIGN KEY ("plan_type") REFERENCES "plans"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credit_purchases" ADD CONSTRAINT "credit_purchases_tenant_id_account_id_fkey" FOREIGN KEY ("tenant_id", "account_id") REFERENCES "ai_credit_accounts"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credit_purchases" ADD CONSTRAINT "credit_purchases_package_id_fkey" FOREIGN KEY ("package_id") REFERENCES "ai_credit_packages"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credit_purchases" ADD CONSTRAINT "credit_purchases_tenant_id_transaction_id_fkey" FOREIGN KEY ("tenant_id", "transaction_id") REFERENCES "ai_credit_transactions"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stripe_customers" ADD CONSTRAINT "stripe_customers_owner_tenant_id_fkey" FOREIGN KEY ("owner_tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment_methods" ADD CONSTRAINT "payment_methods_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "billing_accounts" ADD CONSTRAINT "billing_accounts_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invoice_sequences" ADD CONSTRAINT "invoice_sequences_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_tenant_id_purchase_id_fkey" FOREIGN KEY ("tenant_id", "purchase_id") REFERENCES "credit_purchases"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bank_transfers" ADD CONSTRAINT "bank_transfers_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invoice_payments" ADD CONSTRAINT "invoice_payments_tenant_id_invoice_id_fkey" FOREIGN KEY ("tenant_id", "invoice_id") REFERENCES "invoices"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "auto_purchase_decisions" ADD CONSTRAINT "auto_purchase_decisions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "auto_purchase_decisions" ADD CONSTRAINT "auto_purchase_decisions_tenant_id_purchase_id_fkey" FOREIGN KEY ("tenant_id", "purchase_id") REFERENCES "credit_purchases"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

SELECT protect_tenant_table(t::regclass)
  FROM unnest(ARRAY[
    'credit_purchases', 'payment_methods', 'billing_accounts', 'invoice_sequences', 'invoices', 'bank_transfers',
    'invoice_payments', 'auto_purchase_decisions'
  ]) AS t;

-- Global tables: the operator edits packages and the issuer; whose a Stripe customer is never changes.
GRANT SELECT ON credit_purchase_transitions TO hotel_app, hotel_jobs;
GRANT SELECT, INSERT ON ai_credit_packages TO hotel_app;
GRANT UPDATE (plan_type, credits_amount, list_price_yen, price_yen, is_bulk_package, is_promotional, active, valid_from,
  valid_until, display_name, description, marketing_highlight, updated_at) ON ai_credit_packages TO hotel_app;
GRANT SELECT, INSERT ON stripe_customers TO hotel_app;
GRANT SELECT, INSERT, UPDATE ON platform_billing TO hotel_app;
GRANT SELECT, INSERT ON webhook_events TO hotel_app;
GRANT UPDATE (status, attempts, error, hotel_tenant_id, object_id, processed_at) ON webhook_events TO hotel_app;
GRANT USAGE ON SEQUENCE billing_accounts_customer_number_seq TO hotel_app;

-- A purchase's figures, an invoice's content and what was decided or paid are never changed.
GRANT SELECT, INSERT ON credit_purchases, invoices, bank_transfers, invoice_payments, auto_purchase_decisions TO hotel_app;
GRANT UPDATE (status, stripe_customer_id, stripe_payment_method_id, stripe_payment_intent_id, failure_code, decline_code,
  transaction_id, granted_at, expires_at, paid_at, updated_at) ON credit_purchases TO hotel_app;
GRANT UPDATE (status, paid_yen, paid_at) ON invoices TO hotel_app;
GRANT UPDATE (allocated_yen, note) ON bank_transfers TO hotel_app;
GRANT SELECT, INSERT, UPDATE ON payment_methods, billing_accounts, invoice_sequences TO hotel_app;
GRANT SELECT ON credit_purchases, payment_methods, billing_accounts, invoices, bank_transfers, invoice_payments,
  auto_purchase_decisions, ai_credit_packages, stripe_customers, platform_billing, webhook_events TO hotel_jobs;

ALTER TABLE ai_credit_packages
  ADD CONSTRAINT package_credits CHECK (credits_amount BETWEEN 1 AND 10000000),
  ADD CONSTRAINT package_price CHECK (price_yen BETWEEN 1 AND list_price_yen AND list_price_yen <= 100000000),
  ADD CONSTRAINT package_dates CHECK (valid_from < valid_until);
ALTER TABLE credit_purchases
  ADD CONSTRAINT purchase_status CHECK (status IN
    ('CREATED', 'REQUIRES_ACTION', 'FAILED', 'CANCELED', 'AWAITING_TRANSFER', 'ON_CREDIT', 'COMPLETED')),
  ADD CONSTRAINT purchase_method CHECK (payment_method IN ('stripe', 'stored_card', 'invoice')),
  ADD CONSTRAINT purchase_source CHECK (source IN ('dashboard', 'low_balance_prompt', 'auto_purchase')),
  ADD CONSTRAINT purchase_discount CHECK (discount_type IN ('VOLUME', 'BULK', 'PROMOTION') AND discount_yen > 0
    OR discount_type IS NULL AND discount_yen = 0),
  ADD CONSTRAINT purchase_price CHECK (credits_amount > 0 AND price_yen > 0 AND price_yen = list_price_yen - discount_yen),
  -- Tax rounds down, once.
  ADD CONSTRAINT purchase_tax CHECK (tax_yen = floor(price_yen * tax_rate)),
  ADD CONSTRAINT purchase_total CHECK (total_yen = price_yen + tax_yen AND currency = 'jpy'),
  ADD CONSTRAINT purchase_granted CHECK ((status IN ('COMPLETED', 'ON_CREDIT')) = (transaction_id IS NOT NULL)
    AND (transaction_id IS NULL) = (granted_at IS NULL) AND (granted_at IS NULL) = (expires_at IS NULL)),
  ADD CONSTRAINT purchase_paid CHECK ((status = 'COMPLETED') = (paid_at IS NOT NULL));
ALTER TABLE invoices
  ADD CONSTRAINT invoice_status CHECK (status IN ('ISSUED', 'PAID', 'VOID')),
  ADD CONSTRAINT invoice_total CHECK (total_yen = net_yen + tax_yen AND net_yen > 0),
  ADD CONSTRAINT invoice_paid CHECK (paid_yen BETWEEN 0 AND total_yen AND (status = 'PAID') = (paid_yen = total_yen)
    AND (status = 'PAID') = (paid_at IS NOT NULL) AND (status <> 'VOID' OR paid_yen = 0)),
  ADD CONSTRAINT invoice_due CHECK (due_on >= issued_on);
ALTER TABLE bank_transfers
  ADD CONSTRAINT transfer_allocated CHECK (amount_yen > 0 AND allocated_yen BETWEEN 0 AND amount_yen),
  ADD CONSTRAINT transfer_source CHECK (source IN ('manual', 'file')),
  -- The platform's bank account, so the platform's rows.
  ADD CONSTRAINT transfer_of_the_platform CHECK (tenant_id = '00000000-0000-7000-8000-000000000001');
ALTER TABLE invoice_payments ADD CONSTRAINT invoice_payment_positive CHECK (amount_yen > 0);
ALTER TABLE billing_accounts ADD CONSTRAINT credit_limit CHECK (invoice_credit_limit_yen BETWEEN 0 AND 100000000);
ALTER TABLE payment_methods ADD CONSTRAINT card_expiry CHECK (exp_month BETWEEN 1 AND 12 AND last4 ~ '^[0-9]{4}$');
ALTER TABLE webhook_events ADD CONSTRAINT webhook_status CHECK (status IN ('RECEIVED', 'PROCESSED', 'IGNORED', 'SET_ASIDE', 'FAILED'));
ALTER TABLE platform_billing
  ADD CONSTRAINT one_issuer CHECK (id = 1),
  ADD CONSTRAINT issuer_registered CHECK (registration_number ~ '^T[0-9]{13}$'),
  ADD CONSTRAINT issuer_account_type CHECK (bank_account_type IN ('ORDINARY', 'CURRENT')),
  ADD CONSTRAINT issuer_terms CHECK (payment_term_days BETWEEN 0 AND 120);
ALTER TABLE ai_credit_accounts
  ADD CONSTRAINT auto_purchase_settings CHECK (auto_purchase_threshold >= 0 AND auto_purchase_amount > 0
    AND auto_purchase_monthly_cap_yen >= 0 AND auto_purchase_failures >= 0);

-- One auto-purchase in flight for an account; one default card for a hotel.
CREATE UNIQUE INDEX credit_purchases_auto_in_flight ON credit_purchases (tenant_id, account_id)
  WHERE source = 'auto_purchase' AND status IN ('CREATED', 'REQUIRES_ACTION');
CREATE UNIQUE INDEX payment_methods_default ON payment_methods (tenant_id) WHERE is_default AND removed_at IS NULL;
-- What the reconciliation asks Stripe about, and what is outstanding.
CREATE INDEX credit_purchases_open ON credit_purchases (created_at) WHERE status IN ('CREATED', 'REQUIRES_ACTION');
CREATE INDEX invoices_outstanding ON invoices (due_on) WHERE status = 'ISSUED';
CREATE INDEX webhook_events_open ON webhook_events (received_at) WHERE status IN ('RECEIVED', 'SET_ASIDE', 'FAILED');

-- What may become of a purchase. A row that leads to where it starts: known, and changes nothing (news that comes
-- late or again). No row: it must not be. Of one PaymentIntent the news lead upwards only, in whatever order they
-- come: CREATED < REQUIRES_ACTION < FAILED < CANCELED < COMPLETED; money that Stripe has taken always wins.
INSERT INTO credit_purchase_transitions (from_status, event, to_status) VALUES
  ('CREATED', 'requires_action', 'REQUIRES_ACTION'),
  ('CREATED', 'payment_failed', 'FAILED'),
  ('CREATED', 'canceled', 'CANCELED'),
  ('CREATED', 'succeeded', 'COMPLETED'),
  ('CREATED', 'invoice_issued', 'AWAITING_TRANSFER'),
  ('CREATED', 'invoice_issued_on_credit', 'ON_CREDIT'),
  ('REQUIRES_ACTION', 'requires_action', 'REQUIRES_ACTION'),
  ('REQUIRES_ACTION', 'payment_failed', 'FAILED'),
  ('REQUIRES_ACTION', 'canceled', 'CANCELED'),
  ('REQUIRES_ACTION', 'succeeded', 'COMPLETED'),
  ('FAILED', 'requires_action', 'FAILED'),
  ('FAILED', 'payment_failed', 'FAILED'),
  ('FAILED', 'canceled', 'CANCELED'),
  ('FAILED', 'succeeded', 'COMPLETED'),
  ('CANCELED', 'requires_action', 'CANCELED'),
  ('CANCELED', 'payment_failed', 'CANCELED'),
  ('CANCELED', 'canceled', 'CANCELED'),
  ('CANCELED', 'succeeded', 'COMPLETED'),
  ('COMPLETED', 'requires_action', 'COMPLETED'),
  ('COMPLETED', 'payment_failed', 'COMPLETED'),
  ('COMPLETED', 'canceled', 'COMPLETED'),
  ('COMPLETED', 'succeeded', 'COMPLETED'),
  ('AWAITING_TRANSFER', 'transfer_received', 'COMPLETED'),
  ('AWAITING_TRANSFER', 'invoice_voided', 'CANCELED'),
  ('ON_CREDIT', 'transfer_received', 'COMPLETED');

CREATE FUNCTION keep_purchase_transitions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM credit_purchase_transitions t WHERE t.from_status = OLD.status AND t.to_status = NEW.status) THEN
    RAISE EXCEPTION 'a purchase does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER credit_purchases_transitions BEFORE UPDATE OF status ON credit_purchases
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION keep_purchase_transitions();

-- A payment's webhook: the event's row is locked, so that the same event is processed once however often and however
-- simultaneously it comes; what cannot be believed is set aside for the operator.
CREATE FUNCTION webhook_apply_payment(
  p_webhook text, p_tenant uuid, p_purchase uuid, p_event text, p_intent text, p_customer text, p_amount int,
  p_currency text, p_failure text, p_decline text, p_stop_auto boolean, p_now timestamptz, p_expires timestamptz, p_request text,
  OUT outcome text, OUT status text
) LANGUAGE plpgsql AS $$
BEGIN
  SELECT w.status INTO status FROM webhook_events w WHERE w.id = p_webhook FOR UPDATE;
  IF status IN ('PROCESSED', 'IGNORED', 'SET_ASIDE') THEN outcome := 'DONE'; RETURN; END IF;
  SELECT a.outcome, a.status INTO outcome, status
    FROM purchase_apply(p_tenant, p_purchase, p_event, p_intent, p_customer, p_amount, p_currency, p_failure, p_decline,
      p_stop_auto, p_now, p_expires, 'webhook', NULL, p_request) a;
  UPDATE webhook_events w
     SET status = CASE WHEN outcome IN ('APPLIED', 'UNCHANGED') THEN 'PROCESSED' ELSE 'SET_ASIDE' END,
         error = CASE WHEN outcome IN ('APPLIED', 'UNCHANGED') THEN NULL ELSE outcome END,
         attempts = attempts + 1, hotel_tenant_id = CASE WHEN outcome = 'NOT_FOUND' THEN NULL ELSE p_tenant END,
         processed_at = p_now
   WHERE w.id = p_webhook;
END $$;

-- Opening packages: prices without tax; the list price is that of the smallest one, ¥12 a credit.
INSERT INTO ai_credit_packages (id, credits_amount, list_price_yen, price_yen, is_bulk_package, display_name, description,
  marketing_highlight, created_at, updated_at)
VALUES
  ('00000000-0000-7000-8000-000000000101', 100, 1200, 1200, false, '100クレジット', '少しだけ足したいときに', NULL, now(), now()),
  ('00000000-0000-7000-8000-000000000102', 500, 6000, 5500, false, '500クレジット', '毎月の不足分を補うときに', 'よく選ばれています', now(), now()),
  ('00000000-0000-7000-8000-000000000103', 2000, 24000, 20000, false, '2,000クレジット', '繁忙期の予測と分析に', NULL, now(), now()),
  ('00000000-0000-7000-8000-000000000104', 10000, 120000, 90000, true, '10,000クレジット', '全部門での利用に', '1クレジットあたり最安', now(), now());
