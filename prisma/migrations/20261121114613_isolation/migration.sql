-- Tenant isolation: the application's role owns nothing, cannot bypass row-level security, and sees a
-- tenant's rows only in a transaction that is bound to that tenant. The roles are made by
-- scripts/lib/roles.mjs (login roles are members of these groups); here they get what they need.

-- SET LOCAL and not set_config(): the latter does not reach the workers of a distributed PostgreSQL.
CREATE FUNCTION bind_tenant(p_tenant uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SET LOCAL app.tenant_id = %L', p_tenant);
END $$;

-- Every migration that creates a table with tenant_id calls this for it; a test over the catalog keeps it so.
CREATE FUNCTION protect_tenant_table(p_table regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', p_table);
  EXECUTE format(
    'CREATE POLICY tenant_isolation ON %s TO hotel_app
       USING (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid)
       WITH CHECK (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid)', p_table);
  -- Work over all tenants: which tables and which statements is decided by the grants below.
  EXECUTE format('CREATE POLICY all_tenants_jobs ON %s TO hotel_jobs USING (true) WITH CHECK (true)', p_table);
END $$;

REVOKE EXECUTE ON FUNCTION protect_tenant_table(regclass) FROM PUBLIC;

SELECT protect_tenant_table(t::regclass)
  FROM unnest(ARRAY[
    'ai_credit_accounts', 'ai_credit_grants', 'ai_credit_transactions', 'ai_credit_holds',
    'monthly_credit_resets', 'ai_credit_daily_usage', 'ai_executions', 'knowledge_sections',
    'reservations', 'reservation_imports', 'reservation_import_files',
    'tenant_settings', 'system_events', 'outbox_events', 'idempotency_keys'
  ]) AS t;

GRANT USAGE ON SCHEMA public TO hotel_app, hotel_jobs;

-- Global tables.
GRANT SELECT ON tenants, plans, marketing_plans, ai_functions, ai_models, organizations, memberships,
  data_sharing_policies TO hotel_app, hotel_jobs;
GRANT SELECT (id, email, name, password_hash, platform_role, created_at) ON users TO hotel_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, rate_limits TO hotel_app;
GRANT SELECT, DELETE ON sessions TO hotel_jobs;

-- Ledgers are append-only for both roles: no UPDATE, no DELETE.
GRANT SELECT, INSERT ON ai_credit_transactions, system_events, monthly_credit_resets, outbox_events TO hotel_app, hotel_jobs;
GRANT SELECT, INSERT, UPDATE ON ai_credit_accounts, ai_credit_grants, ai_credit_holds, ai_credit_daily_usage
  TO hotel_app, hotel_jobs;
GRANT SELECT, INSERT, UPDATE ON ai_executions, tenant_settings, reservation_imports TO hotel_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON knowledge_sections, idempotency_keys TO hotel_app;
GRANT SELECT, INSERT, DELETE ON reservations, reservation_import_files TO hotel_app;
-- Delivery and pruning.
GRANT UPDATE (delivered_at), DELETE ON outbox_events TO hotel_jobs;
GRANT SELECT, DELETE ON idempotency_keys TO hotel_jobs;

-- The database keeps what must never be wrong.
ALTER TABLE ai_credit_accounts
  ADD CONSTRAINT balance_never_negative CHECK (current_balance >= 0),
  ADD CONSTRAINT held_within_balance CHECK (held_credits BETWEEN 0 AND current_balance);
ALTER TABLE ai_credit_grants
  ADD CONSTRAINT remaining_within_granted CHECK (remaining BETWEEN 0 AND granted),
  ADD CONSTRAINT grant_positive CHECK (granted > 0),
  ADD CONSTRAINT grant_source CHECK (source IN ('MONTHLY_FREE', 'PURCHASE', 'BONUS', 'REFUND'));
ALTER TABLE ai_credit_transactions
  ADD CONSTRAINT transaction_type_known CHECK (transaction_type IN
    ('USAGE', 'PURCHASE', 'MONTHLY_RESET', 'BONUS', 'REFUND', 'EXPIRY', 'ADJUSTMENT')),
  ADD CONSTRAINT credits_amount_sign CHECK (credits_amount <> 0 AND CASE
    WHEN transaction_type IN ('USAGE', 'EXPIRY') THEN credits_amount < 0
    WHEN transaction_type IN ('PURCHASE', 'MONTHLY_RESET', 'BONUS') THEN credits_amount > 0
    ELSE true END),
  ADD CONSTRAINT balance_after_not_negative CHECK (balance_after >= 0);
ALTER TABLE ai_credit_holds
  ADD CONSTRAINT hold_positive CHECK (amount > 0),
  ADD CONSTRAINT hold_status CHECK (status IN ('OPEN', 'SETTLED', 'RELEASED', 'EXPIRED')),
  ADD CONSTRAINT hold_closed CHECK ((status = 'OPEN') = (closed_at IS NULL)),
  ADD CONSTRAINT hold_settled CHECK ((status = 'SETTLED') = (settled_transaction_id IS NOT NULL));
-- The monthly reset is told the instants of the next thirteen.
ALTER TABLE plans ADD CONSTRAINT carry_over_within_a_year CHECK (carry_over_months BETWEEN 0 AND 12);
ALTER TABLE reservations
  ADD CONSTRAINT reservation_status CHECK (status IN ('BOOKED', 'ARRIVED', 'CANCELLED', 'NO_SHOW')),
  ADD CONSTRAINT reservation_nights CHECK (nights >= 0 AND departure_date = arrival_date + nights),
  ADD CONSTRAINT reservation_guests CHECK (adults >= 0 AND children >= 0 AND babies >= 0);
ALTER TABLE reservation_imports
  ADD CONSTRAINT import_status CHECK (status IN ('queued', 'running', 'completed', 'failed', 'undone'));
ALTER TABLE memberships ADD CONSTRAINT membership_role CHECK (role IN ('STAFF', 'MANAGER', 'ADMIN', 'OWNER'));
ALTER TABLE users
  ADD CONSTRAINT email_lower_case CHECK (email = lower(email)),
  ADD CONSTRAINT platform_role_known CHECK (platform_role IN ('SUPER_ADMIN'));
ALTER TABLE organizations
  ADD CONSTRAINT organization_level CHECK ((level, type) IN ((1, 'GROUP'), (2, 'BRAND'), (3, 'HOTEL'), (4, 'DEPARTMENT'))),
  ADD CONSTRAINT hotel_has_tenant CHECK ((level = 3) = (hotel_tenant_id IS NOT NULL));

-- What is looked for often and is rare among the rows.
CREATE INDEX ai_credit_grants_live ON ai_credit_grants (tenant_id, account_id, expires_at, priority, id) WHERE remaining > 0;
CREATE INDEX ai_credit_holds_open ON ai_credit_holds (expires_at) WHERE status = 'OPEN';
CREATE INDEX outbox_events_undelivered ON outbox_events (created_at) WHERE delivered_at IS NULL;
CREATE INDEX outbox_events_delivered ON outbox_events (delivered_at) WHERE delivered_at IS NOT NULL;
CREATE INDEX ai_executions_running ON ai_executions (created_at) WHERE status = 'RUNNING';
