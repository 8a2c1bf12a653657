-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "ai_executions" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "function_type" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "metadata" JSONB,
    "estimated_credits" INTEGER NOT NULL,
    "maximum_credits" INTEGER NOT NULL,
    "credits_charged" INTEGER NOT NULL DEFAULT 0,
    "hold_id" UUID,
    "transaction_id" UUID,
    "provider" TEXT,
    "model" TEXT,
    "prompt_version" TEXT,
    "tokens_in" INTEGER,
    "tokens_out" INTEGER,
    "provider_cost_yen" DECIMAL(12,4),
    "duration_ms" INTEGER,
    "time_to_first_token_ms" INTEGER,
    "error_code" TEXT,
    "result" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "ai_executions_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "knowledge_sections" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "category" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "ngrams" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "knowledge_sections_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "ai_credit_accounts" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "plan_type" TEXT NOT NULL,
    "monthly_free_credits" INTEGER NOT NULL,
    "current_balance" INTEGER NOT NULL DEFAULT 0,
    "held_credits" INTEGER NOT NULL DEFAULT 0,
    "total_purchased_credits" INTEGER NOT NULL DEFAULT 0,
    "total_used_credits" INTEGER NOT NULL DEFAULT 0,
    "auto_purchase_enabled" BOOLEAN NOT NULL DEFAULT false,
    "auto_purchase_threshold" INTEGER NOT NULL DEFAULT 50,
    "auto_purchase_amount" INTEGER NOT NULL DEFAULT 500,
    "auto_purchase_monthly_cap_yen" INTEGER,
    "last_reset_month" DATE NOT NULL,
    "next_due_at" TIMESTAMPTZ(3) NOT NULL,
    "last_entry_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "ai_credit_accounts_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "ai_credit_grants" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "granted" INTEGER NOT NULL,
    "remaining" INTEGER NOT NULL,
    "unit_price_yen" DECIMAL(12,4) NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3),
    "priority" INTEGER NOT NULL,
    "transaction_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ai_credit_grants_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "ai_credit_transactions" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "transaction_type" TEXT NOT NULL,
    "credits_amount" INTEGER NOT NULL,
    "balance_after" INTEGER NOT NULL,
    "ai_function_type" TEXT,
    "ai_function_params" JSONB,
    "execution_time_ms" INTEGER,
    "cost_per_credit" DECIMAL(12,4),
    "total_cost_yen" INTEGER,
    "user_id" UUID,
    "description" TEXT,
    "reference_id" UUID,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "ai_credit_transactions_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "ai_credit_holds" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "amount" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "function_type" TEXT NOT NULL,
    "user_id" UUID,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_transaction_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "ai_credit_holds_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "monthly_credit_resets" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "reset_date" DATE NOT NULL,
    "previous_balance" INTEGER NOT NULL,
    "free_credits_added" INTEGER NOT NULL,
    "carried_over_credits" INTEGER NOT NULL,
    "expired_credits" INTEGER NOT NULL,
    "total_usage_previous_month" INTEGER NOT NULL,
    "most_used_function" TEXT,
    "efficiency_score" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "monthly_credit_resets_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "ai_credit_daily_usage" (
    "tenant_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "usage_date" DATE NOT NULL,
    "function_type" TEXT NOT NULL,
    "credits" INTEGER NOT NULL,
    "executions" INTEGER NOT NULL,
    "execution_time_ms" BIGINT NOT NULL,

    CONSTRAINT "ai_credit_daily_usage_pkey" PRIMARY KEY ("tenant_id","account_id","usage_date","function_type")
);

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "platform_role" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "context_tenant_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "address" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id_hash")
);

-- CreateTable
CREATE TABLE "organizations" (
    "id" UUID NOT NULL,
    "parent_id" UUID,
    "level" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hotel_tenant_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "memberships" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "data_sharing_policies" (
    "organization_id" UUID NOT NULL,
    "data_type" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "access_level" TEXT NOT NULL,

    CONSTRAINT "data_sharing_policies_pkey" PRIMARY KEY ("organization_id","data_type")
);

-- CreateTable
CREATE TABLE "tenant_settings" (
    "tenant_id" UUID NOT NULL,
    "import_hotel_label" TEXT,
    "import_currency" TEXT NOT NULL DEFAULT 'JPY',
    "import_yen_rate" DECIMAL(14,6) NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tenant_settings_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "system_events" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "event_type" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "user_id" UUID,
    "entity_type" TEXT,
    "entity_id" UUID,
    "action" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "address" TEXT,
    "user_agent" TEXT,
    "request_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "system_events_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "outbox_events" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "event_type" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_events_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "tenant_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "route" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "response" JSON,
    "lease_until" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("tenant_id","user_id","route","key")
);

-- CreateTable
CREATE TABLE "rate_limits" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "tenants" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'HOTEL',
    "name" TEXT NOT NULL,
    "plan_code" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'Asia/Tokyo',
    "rooms" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plans" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "monthly_price_yen" INTEGER NOT NULL,
    "monthly_free_credits" INTEGER NOT NULL,
    "carry_over_months" INTEGER NOT NULL,
    "max_rooms" INTEGER,
    "max_customers" INTEGER,
    "max_staff" INTEGER,
    "member_ranks" INTEGER NOT NULL,
    "features" TEXT[],
    "guarantee_days" INTEGER NOT NULL,
    "guaranteed_roi_percent" INTEGER NOT NULL,
    "yearly_discount_rate" DECIMAL(5,4) NOT NULL,
    "biennial_discount_rate" DECIMAL(5,4) NOT NULL,

    CONSTRAINT "plans_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "marketing_plans" (
    "code" TEXT NOT NULL,
    "plan_code" TEXT NOT NULL,
    "base_price_yen" INTEGER NOT NULL,
    "max_rooms" INTEGER,
    "features" TEXT[],

    CONSTRAINT "marketing_plans_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "ai_functions" (
    "function_type" TEXT NOT NULL,
    "base_credits" INTEGER NOT NULL,
    "required_feature" TEXT,
    "hourly_limit" INTEGER NOT NULL,

    CONSTRAINT "ai_functions_pkey" PRIMARY KEY ("function_type")
);

-- CreateTable
CREATE TABLE "ai_models" (
    "provider" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "credit_factor" DECIMAL(6,3) NOT NULL,
    "input_yen_per_million" DECIMAL(12,4) NOT NULL,
    "output_yen_per_million" DECIMAL(12,4) NOT NULL,
    "is_default" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "ai_models_pkey" PRIMARY KEY ("provider","model")
);

-- CreateTable
CREATE TABLE "reservations" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "import_id" UUID NOT NULL,
    "reservation_no" TEXT,
    "fingerprint" BYTEA NOT NULL,
    "occurrence" INTEGER NOT NULL,
    "arrival_date" DATE NOT NULL,
    "departure_date" DATE NOT NULL,
    "nights" INTEGER NOT NULL,
    "adults" INTEGER NOT NULL,
    "children" INTEGER NOT NULL,
    "babies" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "booked_on" DATE,
    "room_type" TEXT,
    "market_segment" TEXT,
    "channel" TEXT,
    "country" TEXT,
    "meal" TEXT,
    "customer_type" TEXT,
    "rate" DECIMAL(14,4),
    "currency" TEXT NOT NULL,
    "rate_yen" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reservations_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "reservation_imports" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "user_id" UUID,
    "file_name" TEXT NOT NULL,
    "file_bytes" INTEGER NOT NULL,
    "dry_run" BOOLEAN NOT NULL,
    "mapping" JSONB,
    "status" TEXT NOT NULL,
    "rows_total" INTEGER,
    "rows_read" INTEGER NOT NULL DEFAULT 0,
    "imported" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "already_there" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "errors" JSONB NOT NULL DEFAULT '[]',
    "failure" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "reservation_imports_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "reservation_import_files" (
    "tenant_id" UUID NOT NULL,
    "import_id" UUID NOT NULL,
    "content" BYTEA NOT NULL,

    CONSTRAINT "reservation_import_files_pkey" PRIMARY KEY ("tenant_id","import_id")
);

-- CreateIndex
CREATE INDEX "ai_executions_tenant_id_created_at_id_idx" ON "ai_executions"("tenant_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "knowledge_sections_ngrams_idx" ON "knowledge_sections" USING GIN ("ngrams");

-- CreateIndex
CREATE INDEX "ai_credit_accounts_next_due_at_idx" ON "ai_credit_accounts"("next_due_at");

-- CreateIndex
CREATE UNIQUE INDEX "ai_credit_accounts_tenant_id_key" ON "ai_credit_accounts"("tenant_id");

-- CreateIndex
CREATE UNIQUE INDEX "ai_credit_grants_tenant_id_transaction_id_key" ON "ai_credit_grants"("tenant_id", "transaction_id");

-- CreateIndex
CREATE INDEX "ai_credit_transactions_tenant_id_created_at_id_idx" ON "ai_credit_transactions"("tenant_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "ai_credit_transactions_tenant_id_account_id_idempotency_key_key" ON "ai_credit_transactions"("tenant_id", "account_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "monthly_credit_resets_tenant_id_account_id_reset_date_key" ON "monthly_credit_resets"("tenant_id", "account_id", "reset_date");

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "organizations_hotel_tenant_id_key" ON "organizations"("hotel_tenant_id");

-- CreateIndex
CREATE INDEX "memberships_organization_id_idx" ON "memberships"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "memberships_user_id_organization_id_key" ON "memberships"("user_id", "organization_id");

-- CreateIndex
CREATE INDEX "system_events_tenant_id_created_at_idx" ON "system_events"("tenant_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "idempotency_keys_expires_at_idx" ON "idempotency_keys"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "plans_rank_key" ON "plans"("rank");

-- CreateIndex
CREATE INDEX "reservations_tenant_id_arrival_date_id_idx" ON "reservations"("tenant_id", "arrival_date", "id");

-- CreateIndex
CREATE INDEX "reservations_tenant_id_import_id_idx" ON "reservations"("tenant_id", "import_id");

-- CreateIndex
CREATE UNIQUE INDEX "reservations_tenant_id_fingerprint_occurrence_key" ON "reservations"("tenant_id", "fingerprint", "occurrence");

-- CreateIndex
CREATE INDEX "reservation_imports_tenant_id_created_at_idx" ON "reservation_imports"("tenant_id", "created_at" DESC);

-- AddForeignKey
ALTER TABLE "ai_executions" ADD CONSTRAINT "ai_executions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "knowledge_sections" ADD CONSTRAINT "knowledge_sections_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_credit_accounts" ADD CONSTRAINT "ai_credit_accounts_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_credit_grants" ADD CONSTRAINT "ai_credit_grants_tenant_id_account_id_fkey" FOREIGN KEY ("tenant_id", "account_id") REFERENCES "ai_credit_accounts"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_credit_grants" ADD CONSTRAINT "ai_credit_grants_tenant_id_transaction_id_fkey" FOREIGN KEY ("tenant_id", "transaction_id") REFERENCES "ai_credit_transactions"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_credit_transactions" ADD CONSTRAINT "ai_credit_transactions_tenant_id_account_id_fkey" FOREIGN KEY ("tenant_id", "account_id") REFERENCES "ai_credit_accounts"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_credit_holds" ADD CONSTRAINT "ai_credit_holds_tenant_id_account_id_fkey" FOREIGN KEY ("tenant_id", "account_id") REFERENCES "ai_credit_accounts"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "monthly_credit_resets" ADD CONSTRAINT "monthly_credit_resets_tenant_id_account_id_fkey" FOREIGN KEY ("tenant_id", "account_id") REFERENCES "ai_credit_accounts"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_credit_daily_usage" ADD CONSTRAINT "ai_credit_daily_usage_tenant_id_account_id_fkey" FOREIGN KEY ("tenant_id", "account_id") REFERENCES "ai_credit_accounts"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_context_tenant_id_fkey" FOREIGN KEY ("context_tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_hotel_tenant_id_fkey" FOREIGN KEY ("hotel_tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "data_sharing_policies" ADD CONSTRAINT "data_sharing_policies_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tenant_settings" ADD CONSTRAINT "tenant_settings_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "system_events" ADD CONSTRAINT "system_events_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outbox_events" ADD CONSTRAINT "outbox_events_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_plan_code_fkey" FOREIGN KEY ("plan_code") REFERENCES "plans"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "marketing_plans" ADD CONSTRAINT "marketing_plans_plan_code_fkey" FOREIGN KEY ("plan_code") REFERENCES "plans"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_tenant_id_import_id_fkey" FOREIGN KEY ("tenant_id", "import_id") REFERENCES "reservation_imports"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reservation_imports" ADD CONSTRAINT "reservation_imports_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reservation_import_files" ADD CONSTRAINT "reservation_import_files_tenant_id_import_id_fkey" FOREIGN KEY ("tenant_id", "import_id") REFERENCES "reservation_imports"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
