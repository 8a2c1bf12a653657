-- Charges what a run really took and gives the rest of its hold back.
-- outcome: SETTLED; NOT_OPEN (released, expired or settled before: nothing is charged); NO_HOLD.
-- p_amount: 1 … the hold's amount. p_day: today in the tenant's time zone.
-- The event tells where the threshold lies, so that whoever listens asks the database only about a charge that reaches it.
CREATE OR REPLACE FUNCTION credit_settle(
  p_tenant uuid, p_hold uuid, p_transaction uuid, p_amount int, p_now timestamptz, p_day date,
  p_execution_ms int, p_params jsonb, p_description text, p_key text, p_event uuid, p_audit uuid, p_request text,
  OUT outcome text, OUT hold_status text, OUT transaction_id uuid, OUT charged int, OUT balance int,
  OUT available int, OUT cost_yen int
) LANGUAGE plpgsql AS $$
DECLARE
  v_account ai_credit_accounts%ROWTYPE;
  v_hold ai_credit_holds%ROWTYPE;
  v_cost numeric;
  v_overdue boolean;
  v_at timestamptz;
BEGIN
  PERFORM bind_tenant(p_tenant);
  SELECT * INTO v_account FROM ai_credit_accounts a WHERE a.tenant_id = p_tenant FOR UPDATE;
  SELECT * INTO v_hold FROM ai_credit_holds h WHERE h.tenant_id = p_tenant AND h.id = p_hold FOR UPDATE;
  balance := v_account.current_balance;
  available := v_account.current_balance - v_account.held_credits;
  charged := 0;
  cost_yen := 0;
  IF v_hold.id IS NULL THEN outcome := 'NO_HOLD'; RETURN; END IF;
  IF v_hold.status = 'OPEN' AND v_hold.expires_at <= p_now THEN
    -- The hold's time is over, whether or not the sweep has come by.
    SELECT r.balance, r.available INTO balance, available FROM credit_release(p_tenant, p_hold, 'EXPIRED', p_now) r;
    v_hold.status := 'EXPIRED';
  END IF;
  IF v_hold.status <> 'OPEN' THEN
    outcome := 'NOT_OPEN';
    hold_status := v_hold.status;
    transaction_id := v_hold.settled_transaction_id;
    RETURN;
  END IF;
  IF p_amount IS NULL OR p_amount < 1 OR p_amount > v_hold.amount THEN
    RAISE EXCEPTION 'settle of % credits on a hold of %', p_amount, v_hold.amount USING ERRCODE = 'check_violation';
  END IF;

  SELECT c.cost_yen INTO v_cost FROM credit_consume(p_tenant, v_account.id, p_amount) c;
  balance := v_account.current_balance - p_amount;
  available := balance - (v_account.held_credits - v_hold.amount);
  charged := p_amount;
  cost_yen := floor(v_cost);
  transaction_id := p_transaction;
  v_at := greatest(p_now, v_account.last_entry_at + interval '1 microsecond');

  INSERT INTO ai_credit_transactions (tenant_id, id, account_id, transaction_type, credits_amount, balance_after,
    ai_function_type, ai_function_params, execution_time_ms, cost_per_credit, total_cost_yen, user_id, description,
    reference_id, idempotency_key, created_at)
  VALUES (p_tenant, p_transaction, v_account.id, 'USAGE', -p_amount, balance,
    v_hold.function_type, p_params, p_execution_ms, v_cost / p_amount, cost_yen, v_hold.user_id, p_description,
    p_hold, p_key, v_at);
  UPDATE ai_credit_holds SET status = 'SETTLED', settled_transaction_id = p_transaction, closed_at = p_now
   WHERE tenant_id = p_tenant AND id = p_hold;
  -- Only credits that expired while they were held can lie before the account's next due instant: now that this
  -- hold has ended, those that no other one holds are due.
  v_overdue := (SELECT sum(g.remaining) FROM ai_credit_grants g WHERE g.tenant_id = p_tenant AND g.account_id = v_account.id
                   AND g.remaining > 0 AND g.expires_at <= p_now) > v_account.held_credits - v_hold.amount;
  UPDATE ai_credit_accounts
     SET current_balance = balance, held_credits = held_credits - v_hold.amount,
         total_used_credits = total_used_credits + p_amount, last_entry_at = v_at,
         next_due_at = CASE WHEN v_overdue THEN p_now ELSE next_due_at END, updated_at = p_now
   WHERE tenant_id = p_tenant AND id = v_account.id;
  INSERT INTO ai_credit_daily_usage AS u (tenant_id, account_id, usage_date, function_type, credits, executions, execution_time_ms)
  VALUES (p_tenant, v_account.id, p_day, v_hold.function_type, p_amount, 1, coalesce(p_execution_ms, 0))
  ON CONFLICT (tenant_id, account_id, usage_date, function_type) DO UPDATE
     SET credits = u.credits + excluded.credits, executions = u.executions + 1,
         execution_time_ms = u.execution_time_ms + excluded.execution_time_ms;
  INSERT INTO system_events (tenant_id, id, event_type, source, user_id, entity_type, entity_id, action, after, request_id, created_at)
  VALUES (p_tenant, p_audit, 'credits.charged', 'api', v_hold.user_id, 'ai_credit_transactions', p_transaction, 'charge',
    jsonb_build_object('credits', p_amount, 'balance', balance), p_request, p_now);
  INSERT INTO outbox_events (tenant_id, id, event_type, payload, created_at)
  VALUES (p_tenant, p_event, 'credits.charged', jsonb_build_object('transactionId', p_transaction, 'accountId', v_account.id,
    'functionType', v_hold.function_type, 'credits', p_amount, 'balance', balance, 'available', available,
    'threshold', v_account.auto_purchase_threshold, 'autoPurchase', v_account.auto_purchase_enabled,
    'userId', v_hold.user_id), p_now);
  outcome := 'SETTLED';
END $$;

-- The accounts that the auto-purchase's sweep looks at, and the credits whose expiry is announced.
CREATE INDEX ai_credit_accounts_auto_purchase ON ai_credit_accounts (tenant_id) WHERE auto_purchase_enabled AND deleted_at IS NULL;
CREATE INDEX ai_credit_grants_purchased_expiry ON ai_credit_grants (expires_at) WHERE source = 'PURCHASE' AND remaining > 0;

-- Notices to many hotels are written in sets, by a task.
GRANT SELECT, INSERT ON mail_messages TO hotel_jobs;
GRANT SELECT (id, email, name) ON users TO hotel_jobs;
