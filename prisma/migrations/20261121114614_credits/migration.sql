-- Credits. Each function is one round trip and one transaction: it binds the tenant, locks the account's
-- row first (so that no two of them can deadlock) and writes balance, ledger, rollup, audit and outbox
-- together. Instants and identifiers come from the caller; amounts are credits. A ledger entry's created_at is
-- the caller's instant or a microsecond after the entry before it, whichever is later: entries are made under
-- the account's lock, callers read their clocks before they have it, and the ledger's order is its balances'.
-- server/domains/credits/ is the only caller; the rules are written there and in docs/ARCHITECTURE.md.

-- UUIDv7 for rows made in sets. PostgreSQL has its own from version 18 on; we support 15.
CREATE FUNCTION uuid_v7(p_at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(
    set_byte(
      overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM p_at) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
      6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112),
    'hex')::uuid
$$;

-- Reserves credits for a run.
-- outcome: RESERVED, INSUFFICIENT, DUE (a reset or an expiry is due: run credit_run_due, then try again), NO_ACCOUNT.
CREATE FUNCTION credit_reserve(
  p_tenant uuid, p_hold uuid, p_amount int, p_function text, p_user uuid, p_now timestamptz, p_expires timestamptz,
  OUT outcome text, OUT balance int, OUT available int
) LANGUAGE plpgsql AS $$
DECLARE
  v_account uuid;
BEGIN
  PERFORM bind_tenant(p_tenant);
  LOOP
    UPDATE ai_credit_accounts a
       SET held_credits = a.held_credits + p_amount, updated_at = p_now
     WHERE a.tenant_id = p_tenant AND a.deleted_at IS NULL AND a.next_due_at > p_now
       AND a.current_balance - a.held_credits >= p_amount
    RETURNING a.id, a.current_balance, a.current_balance - a.held_credits
         INTO v_account, balance, available;
    IF FOUND THEN
      INSERT INTO ai_credit_holds (tenant_id, id, account_id, amount, status, function_type, user_id, expires_at, created_at)
      VALUES (p_tenant, p_hold, v_account, p_amount, 'OPEN', p_function, p_user, p_expires, p_now);
      outcome := 'RESERVED';
      RETURN;
    END IF;
    SELECT CASE WHEN a.next_due_at <= p_now THEN 'DUE' ELSE 'INSUFFICIENT' END,
           a.current_balance, a.current_balance - a.held_credits
      INTO outcome, balance, available
      FROM ai_credit_accounts a
     WHERE a.tenant_id = p_tenant AND a.deleted_at IS NULL;
    IF NOT FOUND THEN outcome := 'NO_ACCOUNT'; RETURN; END IF;
    -- Credits may have come free between the two statements: then there is nothing to refuse.
    EXIT WHEN outcome = 'DUE' OR available < p_amount;
  END LOOP;
END $$;

-- Takes credits out of the live grants, the one that expires first going first, and says what they had cost.
-- Internal: the caller holds the lock on the account's row and has checked the amount.
CREATE FUNCTION credit_consume(p_tenant uuid, p_account uuid, p_amount int, OUT cost_yen numeric)
LANGUAGE plpgsql AS $$
DECLARE
  v_grant record;
  v_left int := p_amount;
  v_take int;
BEGIN
  cost_yen := 0;
  FOR v_grant IN
    SELECT g.id, g.remaining, g.unit_price_yen
      FROM ai_credit_grants g
     WHERE g.tenant_id = p_tenant AND g.account_id = p_account AND g.remaining > 0
     ORDER BY g.expires_at, g.priority, g.id
  LOOP
    v_take := least(v_left, v_grant.remaining);
    UPDATE ai_credit_grants SET remaining = remaining - v_take WHERE tenant_id = p_tenant AND id = v_grant.id;
    cost_yen := cost_yen + v_take * v_grant.unit_price_yen;
    v_left := v_left - v_take;
    EXIT WHEN v_left = 0;
  END LOOP;
  IF v_left > 0 THEN
    RAISE EXCEPTION 'grants of account % hold % credits fewer than its balance', p_account, v_left;
  END IF;
END $$;

-- Charges what a run really took and gives the rest of its hold back.
-- outcome: SETTLED; NOT_OPEN (released, expired or settled before: nothing is charged); NO_HOLD.
-- p_amount: 1 … the hold's amount. p_day: today in the tenant's time zone.
CREATE FUNCTION credit_settle(
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
    'userId', v_hold.user_id), p_now);
  outcome := 'SETTLED';
END $$;

-- Ends a hold without a charge: RELEASED by its run, EXPIRED by its time.
-- outcome: RELEASED, NOT_OPEN, NO_HOLD.
CREATE FUNCTION credit_release(
  p_tenant uuid, p_hold uuid, p_status text, p_now timestamptz,
  OUT outcome text, OUT hold_status text, OUT balance int, OUT available int
) LANGUAGE plpgsql AS $$
DECLARE
  v_account ai_credit_accounts%ROWTYPE;
  v_amount int;
  v_overdue boolean;
BEGIN
  PERFORM bind_tenant(p_tenant);
  SELECT * INTO v_account FROM ai_credit_accounts a WHERE a.tenant_id = p_tenant FOR UPDATE;
  balance := v_account.current_balance;
  available := v_account.current_balance - v_account.held_credits;
  UPDATE ai_credit_holds SET status = p_status, closed_at = p_now
   WHERE tenant_id = p_tenant AND id = p_hold AND status = 'OPEN'
     -- A run that renewed its hold since the sweep looked keeps it.
     AND (p_status <> 'EXPIRED' OR expires_at <= p_now)
  RETURNING amount INTO v_amount;
  IF NOT FOUND THEN
    SELECT h.status INTO hold_status FROM ai_credit_holds h WHERE h.tenant_id = p_tenant AND h.id = p_hold;
    outcome := CASE WHEN FOUND THEN 'NOT_OPEN' ELSE 'NO_HOLD' END;
    RETURN;
  END IF;
  v_overdue := (SELECT sum(g.remaining) FROM ai_credit_grants g WHERE g.tenant_id = p_tenant AND g.account_id = v_account.id
                   AND g.remaining > 0 AND g.expires_at <= p_now) > v_account.held_credits - v_amount;
  UPDATE ai_credit_accounts
     SET held_credits = held_credits - v_amount,
         next_due_at = CASE WHEN v_overdue THEN p_now ELSE next_due_at END, updated_at = p_now
   WHERE tenant_id = p_tenant AND id = v_account.id;
  available := available + v_amount;
  hold_status := p_status;
  outcome := 'RELEASED';
END $$;

-- Brings credits in: one grant, one ledger entry. The same key again changes nothing (outcome KNOWN).
-- outcome: GRANTED, KNOWN, NO_ACCOUNT.
CREATE FUNCTION credit_grant(
  p_tenant uuid, p_grant uuid, p_transaction uuid, p_source text, p_type text, p_amount int, p_unit_price numeric,
  p_expires timestamptz, p_priority int, p_user uuid, p_description text, p_reference uuid, p_key text,
  p_now timestamptz, p_event uuid,
  OUT outcome text, OUT transaction_id uuid, OUT balance int, OUT available int
) LANGUAGE plpgsql AS $$
DECLARE
  v_account ai_credit_accounts%ROWTYPE;
  v_at timestamptz;
BEGIN
  PERFORM bind_tenant(p_tenant);
  SELECT * INTO v_account FROM ai_credit_accounts a WHERE a.tenant_id = p_tenant AND a.deleted_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN outcome := 'NO_ACCOUNT'; RETURN; END IF;
  balance := v_account.current_balance;
  available := v_account.current_balance - v_account.held_credits;
  SELECT t.id INTO transaction_id FROM ai_credit_transactions t
   WHERE t.tenant_id = p_tenant AND t.account_id = v_account.id AND t.idempotency_key = p_key;
  IF FOUND THEN outcome := 'KNOWN'; RETURN; END IF;
  balance := balance + p_amount;
  available := available + p_amount;
  transaction_id := p_transaction;
  v_at := greatest(p_now, v_account.last_entry_at + interval '1 microsecond');
  INSERT INTO ai_credit_transactions (tenant_id, id, account_id, transaction_type, credits_amount, balance_after,
    cost_per_credit, total_cost_yen, user_id, description, reference_id, idempotency_key, created_at)
  VALUES (p_tenant, p_transaction, v_account.id, p_type, p_amount, balance,
    p_unit_price, floor(p_unit_price * p_amount), p_user, p_description, p_reference, p_key, v_at);
  INSERT INTO ai_credit_grants (tenant_id, id, account_id, source, granted, remaining, unit_price_yen, expires_at,
    priority, transaction_id, created_at)
  VALUES (p_tenant, p_grant, v_account.id, p_source, p_amount, p_amount, p_unit_price, p_expires,
    p_priority, p_transaction, p_now);
  UPDATE ai_credit_accounts
     SET current_balance = balance, last_entry_at = v_at,
         total_purchased_credits = total_purchased_credits + CASE WHEN p_source = 'PURCHASE' THEN p_amount ELSE 0 END,
         next_due_at = least(next_due_at, p_expires), updated_at = p_now
   WHERE tenant_id = p_tenant AND id = v_account.id;
  INSERT INTO outbox_events (tenant_id, id, event_type, payload, created_at)
  VALUES (p_tenant, p_event, 'credits.granted', jsonb_build_object('transactionId', p_transaction,
    'accountId', v_account.id, 'source', p_source, 'credits', p_amount, 'balance', balance, 'available', available), p_now);
  outcome := 'GRANTED';
END $$;

-- Takes credits away without a run (an operator's correction); what is held stays.
-- outcome: WITHDRAWN, KNOWN, INSUFFICIENT, NO_ACCOUNT.
CREATE FUNCTION credit_withdraw(
  p_tenant uuid, p_transaction uuid, p_type text, p_amount int, p_user uuid, p_description text, p_reference uuid,
  p_key text, p_now timestamptz, p_event uuid,
  OUT outcome text, OUT transaction_id uuid, OUT balance int, OUT available int
) LANGUAGE plpgsql AS $$
DECLARE
  v_account ai_credit_accounts%ROWTYPE;
  v_at timestamptz;
BEGIN
  PERFORM bind_tenant(p_tenant);
  SELECT * INTO v_account FROM ai_credit_accounts a WHERE a.tenant_id = p_tenant AND a.deleted_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN outcome := 'NO_ACCOUNT'; RETURN; END IF;
  balance := v_account.current_balance;
  available := v_account.current_balance - v_account.held_credits;
  SELECT t.id INTO transaction_id FROM ai_credit_transactions t
   WHERE t.tenant_id = p_tenant AND t.account_id = v_account.id AND t.idempotency_key = p_key;
  IF FOUND THEN outcome := 'KNOWN'; RETURN; END IF;
  IF p_amount > available THEN outcome := 'INSUFFICIENT'; RETURN; END IF;
  PERFORM credit_consume(p_tenant, v_account.id, p_amount);
  balance := balance - p_amount;
  available := available - p_amount;
  transaction_id := p_transaction;
  v_at := greatest(p_now, v_account.last_entry_at + interval '1 microsecond');
  INSERT INTO ai_credit_transactions (tenant_id, id, account_id, transaction_type, credits_amount, balance_after,
    user_id, description, reference_id, idempotency_key, created_at)
  VALUES (p_tenant, p_transaction, v_account.id, p_type, -p_amount, balance, p_user, p_description, p_reference, p_key, v_at);
  UPDATE ai_credit_accounts SET current_balance = balance, last_entry_at = v_at, updated_at = p_now
   WHERE tenant_id = p_tenant AND id = v_account.id;
  INSERT INTO outbox_events (tenant_id, id, event_type, payload, created_at)
  VALUES (p_tenant, p_event, 'credits.adjusted', jsonb_build_object('transactionId', p_transaction,
    'accountId', v_account.id, 'credits', -p_amount, 'balance', balance, 'available', available), p_now);
  outcome := 'WITHDRAWN';
END $$;

-- Everything that falls due by the calendar, for a set of tenants of one time zone in one pass: grants past
-- their time expire; accounts that have not had this month's reset get it (unused free credits beyond the
-- plan's carry-over expire, the new grant comes, the reset row records both). Held credits are left alone:
-- those that the open holds would spend, the ones that expire first.
-- Running it again, also at once on several replicas, does nothing.
-- p_month: first day of the present month in that time zone; p_reset_at: the instant of its reset;
-- p_next_resets[k]: the instant of the reset k months later.
CREATE FUNCTION credit_run_due(
  p_tenants uuid[], p_now timestamptz, p_month date, p_reset_at timestamptz, p_next_resets timestamptz[],
  OUT resets int, OUT expiries int
) LANGUAGE plpgsql AS $$
DECLARE
  v_due uuid[];    -- tenants with something due, now locked
  v_reset uuid[];  -- those of them whose reset is due
BEGIN
  -- One tenant (a request that found its account due) runs under that tenant; many run as hotel_jobs.
  IF cardinality(p_tenants) = 1 THEN PERFORM bind_tenant(p_tenants[1]); END IF;

  WITH locked AS (
    UPDATE ai_credit_accounts SET updated_at = p_now
     WHERE tenant_id = ANY (p_tenants) AND deleted_at IS NULL
       AND (next_due_at <= p_now OR (last_reset_month < p_month AND p_reset_at <= p_now))
    RETURNING tenant_id, last_reset_month
  )
  SELECT array_agg(tenant_id), array_agg(tenant_id) FILTER (WHERE last_reset_month < p_month AND p_reset_at <= p_now)
    INTO v_due, v_reset FROM locked;
  resets := coalesce(cardinality(v_reset), 0);
  expiries := 0;
  IF v_due IS NULL THEN RETURN; END IF;

  CREATE TEMPORARY TABLE IF NOT EXISTS credit_due (
    tenant_id uuid PRIMARY KEY, account_id uuid NOT NULL, is_reset boolean NOT NULL, previous_balance int NOT NULL,
    expired int NOT NULL, expired_free int NOT NULL, kept_free int NOT NULL, free_credits int NOT NULL,
    plan_code text NOT NULL, carry_over_months int NOT NULL, entry_at timestamptz NOT NULL
  ) ON COMMIT DELETE ROWS;
  DELETE FROM credit_due;

  -- The carry-over that counts is the one of the plan at the reset: after a change of plan (or of time zone)
  -- the free grants before it live as long as if they had been given under the present one.
  UPDATE ai_credit_grants g SET expires_at = w.expires_at
    FROM (SELECT f.tenant_id, f.id, CASE WHEN f.left_months < 1 THEN p_reset_at ELSE p_next_resets[f.left_months] END AS expires_at
            FROM (SELECT c.tenant_id, c.id, 1 + p.carry_over_months - (12 * extract(year FROM p_month) + extract(month FROM p_month)
                           - 12 * extract(year FROM c.created_at AT TIME ZONE t.time_zone)
                           - extract(month FROM c.created_at AT TIME ZONE t.time_zone))::int AS left_months
                    FROM ai_credit_grants c
                    JOIN tenants t ON t.id = c.tenant_id
                    JOIN plans p ON p.code = t.plan_code
                   WHERE c.tenant_id = ANY (v_reset) AND c.source = 'MONTHLY_FREE' AND c.remaining > 0) f) w
   WHERE g.tenant_id = w.tenant_id AND g.id = w.id AND g.tenant_id = ANY (v_reset)
     AND g.expires_at <> w.expires_at AND (g.expires_at > p_now OR w.expires_at > p_now);

  -- What each grant loses: all of it when its time is over; of unused free credits what lies beyond the
  -- carry-over, oldest first; never what is held.
  WITH live AS (
    SELECT g.tenant_id, g.id, g.source, g.remaining,
           greatest(0, g.remaining - greatest(0, a.held_credits - coalesce(sum(g.remaining) OVER (PARTITION BY g.tenant_id
             ORDER BY g.expires_at, g.priority, g.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS free_of_holds,
           coalesce(g.expires_at <= p_now, false) AS is_over,
           greatest(0, sum(CASE WHEN g.source = 'MONTHLY_FREE' AND g.expires_at > p_now THEN g.remaining ELSE 0 END)
             OVER (PARTITION BY g.tenant_id) - p.carry_over_months * p.monthly_free_credits)
             * (a.tenant_id = ANY (coalesce(v_reset, '{}')))::int AS beyond,
           coalesce(sum(CASE WHEN g.source = 'MONTHLY_FREE' AND g.expires_at > p_now THEN g.remaining ELSE 0 END)
             OVER (PARTITION BY g.tenant_id ORDER BY g.expires_at, g.priority, g.id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS free_before
      FROM ai_credit_grants g
      JOIN ai_credit_accounts a ON a.tenant_id = g.tenant_id AND a.id = g.account_id
      JOIN tenants t ON t.id = g.tenant_id
      JOIN plans p ON p.code = t.plan_code
     WHERE g.tenant_id = ANY (v_due) AND a.tenant_id = ANY (v_due) AND g.remaining > 0
  ), wanted AS (
    SELECT *, CASE WHEN is_over THEN remaining
                   WHEN source = 'MONTHLY_FREE' THEN least(remaining, greatest(0, beyond - free_before))
                   ELSE 0 END::int AS want
      FROM live
  ), allowed AS (
    SELECT tenant_id, id, source, least(want, free_of_holds)::int AS lost FROM wanted
  ), taken AS (
    UPDATE ai_credit_grants g SET remaining = g.remaining - l.lost
      FROM allowed l
     WHERE g.tenant_id = l.tenant_id AND g.id = l.id AND l.lost > 0 AND g.tenant_id = ANY (v_due)
    RETURNING g.tenant_id
  )
  INSERT INTO credit_due
  SELECT a.tenant_id, a.id, a.tenant_id = ANY (coalesce(v_reset, '{}')), a.current_balance,
         coalesce(l.lost, 0), coalesce(l.lost_free, 0), 0, p.monthly_free_credits, p.code, p.carry_over_months,
         greatest(p_now, a.last_entry_at + interval '1 microsecond')
    FROM ai_credit_accounts a
    JOIN tenants t ON t.id = a.tenant_id
    JOIN plans p ON p.code = t.plan_code
    LEFT JOIN (SELECT tenant_id, sum(lost) AS lost, sum(lost) FILTER (WHERE source = 'MONTHLY_FREE') AS lost_free
                 FROM allowed GROUP BY tenant_id) l ON l.tenant_id = a.tenant_id
   WHERE a.tenant_id = ANY (v_due);

  UPDATE credit_due d SET kept_free = coalesce((
    SELECT sum(g.remaining) FROM ai_credit_grants g
     WHERE g.tenant_id = d.tenant_id AND g.account_id = d.account_id AND g.source = 'MONTHLY_FREE' AND g.remaining > 0), 0)
   WHERE d.is_reset;

  INSERT INTO ai_credit_transactions (tenant_id, id, account_id, transaction_type, credits_amount, balance_after, description, created_at)
  SELECT tenant_id, uuid_v7(p_now), account_id, 'EXPIRY', -expired, previous_balance - expired, NULL, entry_at
    FROM credit_due WHERE expired > 0;
  GET DIAGNOSTICS expiries = ROW_COUNT;

  WITH entries AS (
    INSERT INTO ai_credit_transactions (tenant_id, id, account_id, transaction_type, credits_amount, balance_after,
      cost_per_credit, total_cost_yen, idempotency_key, created_at)
    SELECT tenant_id, uuid_v7(p_now), account_id, 'MONTHLY_RESET', free_credits, previous_balance - expired + free_credits,
           0, 0, 'reset:' || p_month, entry_at + interval '1 microsecond'
      FROM credit_due WHERE is_reset AND free_credits > 0
    RETURNING tenant_id, id
  )
  INSERT INTO ai_credit_grants (tenant_id, id, account_id, source, granted, remaining, expires_at, priority, transaction_id, created_at)
  SELECT d.tenant_id, uuid_v7(p_now), d.account_id, 'MONTHLY_FREE', d.free_credits, d.free_credits,
         p_next_resets[1 + d.carry_over_months], 0, e.id, p_now
    FROM credit_due d JOIN entries e ON e.tenant_id = d.tenant_id;

  -- efficiency_score: of the credits that left the account in the month before, by use or by expiring unused
  -- now, the share that was used (0 to 100; 100 when none left it).
  INSERT INTO monthly_credit_resets (tenant_id, id, account_id, reset_date, previous_balance, free_credits_added,
    carried_over_credits, expired_credits, total_usage_previous_month, most_used_function, efficiency_score, created_at)
  SELECT d.tenant_id, uuid_v7(p_now), d.account_id, p_month, d.previous_balance, d.free_credits, d.kept_free, d.expired_free,
         u.used, u.most_used,
         CASE WHEN u.used + d.expired_free = 0 THEN 100 ELSE floor(100.0 * u.used / (u.used + d.expired_free)) END, p_now
    FROM credit_due d
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(f.credits), 0)::int AS used, (array_agg(f.function_type ORDER BY f.credits DESC, f.function_type))[1] AS most_used
        FROM (SELECT w.function_type, sum(w.credits) AS credits FROM ai_credit_daily_usage w
               WHERE w.tenant_id = d.tenant_id AND w.account_id = d.account_id
                 AND w.usage_date >= p_month - interval '1 month' AND w.usage_date < p_month
               GROUP BY w.function_type) f
    ) u
   WHERE d.is_reset
  ON CONFLICT (tenant_id, account_id, reset_date) DO NOTHING;

  UPDATE ai_credit_accounts a
     SET current_balance = a.current_balance - d.expired + CASE WHEN d.is_reset THEN d.free_credits ELSE 0 END,
         last_entry_at = CASE WHEN d.is_reset THEN d.entry_at + interval '1 microsecond' WHEN d.expired > 0 THEN d.entry_at
                              ELSE a.last_entry_at END,
         plan_type = CASE WHEN d.is_reset THEN d.plan_code ELSE a.plan_type END,
         monthly_free_credits = CASE WHEN d.is_reset THEN d.free_credits ELSE a.monthly_free_credits END,
         last_reset_month = CASE WHEN d.is_reset THEN p_month ELSE a.last_reset_month END,
         -- A grant that is over but held does not count: the end of its hold makes the account due again.
         next_due_at = least(CASE WHEN d.is_reset OR a.last_reset_month >= p_month THEN p_next_resets[1] ELSE p_reset_at END, (
           SELECT min(g.expires_at) FROM ai_credit_grants g
            WHERE g.tenant_id = d.tenant_id AND g.account_id = d.account_id AND g.remaining > 0 AND g.expires_at > p_now)),
         updated_at = p_now
    FROM credit_due d
   WHERE a.tenant_id = d.tenant_id AND a.id = d.account_id AND a.tenant_id = ANY (v_due);

  INSERT INTO system_events (tenant_id, id, event_type, source, entity_type, entity_id, action, after, created_at)
  SELECT tenant_id, uuid_v7(p_now), CASE WHEN is_reset THEN 'credits.month_reset' ELSE 'credits.expired' END, 'task',
         'ai_credit_accounts', account_id, CASE WHEN is_reset THEN 'reset' ELSE 'expire' END,
         jsonb_build_object('expired', expired, 'granted', CASE WHEN is_reset THEN free_credits ELSE 0 END), p_now
    FROM credit_due WHERE is_reset OR expired > 0;
  INSERT INTO outbox_events (tenant_id, id, event_type, payload, created_at)
  SELECT tenant_id, uuid_v7(p_now), CASE WHEN is_reset THEN 'credits.month_reset' ELSE 'credits.expired' END,
         jsonb_build_object('accountId', account_id, 'expired', expired,
           'granted', CASE WHEN is_reset THEN free_credits ELSE 0 END, 'carriedOver', kept_free), p_now
    FROM credit_due WHERE is_reset OR expired > 0;
END $$;

-- All that the dashboard shows of an account, in one round trip: its row, what expires when, and the rollup's
-- days from p_from to p_to. No ledger row is read.
CREATE FUNCTION credit_dashboard(
  p_tenant uuid, p_now timestamptz, p_from date, p_to date,
  OUT account_id uuid, OUT plan_type text, OUT monthly_free_credits int, OUT current_balance int, OUT held_credits int,
  OUT total_purchased_credits int, OUT auto_purchase_enabled boolean, OUT auto_purchase_threshold int,
  OUT auto_purchase_amount int, OUT is_due boolean, OUT expiring jsonb, OUT uses jsonb
) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM bind_tenant(p_tenant);
  SELECT a.id, a.plan_type, a.monthly_free_credits, a.current_balance, a.held_credits, a.total_purchased_credits,
         a.auto_purchase_enabled, a.auto_purchase_threshold, a.auto_purchase_amount, a.next_due_at <= p_now
    INTO account_id, plan_type, monthly_free_credits, current_balance, held_credits, total_purchased_credits,
         auto_purchase_enabled, auto_purchase_threshold, auto_purchase_amount, is_due
    FROM ai_credit_accounts a
   WHERE a.tenant_id = p_tenant AND a.deleted_at IS NULL;
  SELECT coalesce(jsonb_agg(jsonb_build_object('credits', e.credits, 'expiresAt', e.expires_at) ORDER BY e.expires_at), '[]')
    INTO expiring
    FROM (SELECT g.expires_at, sum(g.remaining) AS credits FROM ai_credit_grants g
           WHERE g.tenant_id = p_tenant AND g.account_id = credit_dashboard.account_id
             AND g.remaining > 0 AND g.expires_at IS NOT NULL
           GROUP BY g.expires_at) e;
  SELECT coalesce(jsonb_agg(jsonb_build_object('date', u.usage_date, 'functionType', u.function_type, 'credits', u.credits)), '[]')
    INTO uses
    FROM ai_credit_daily_usage u
   WHERE u.tenant_id = p_tenant AND u.account_id = credit_dashboard.account_id AND u.usage_date BETWEEN p_from AND p_to;
END $$;

-- The books of all accounts recomputed: one row for each figure that is not what the rows behind it add up to.
-- Read by `npm run credits:verify` and by the nightly task; one statement, so one moment.
CREATE FUNCTION credit_differences()
RETURNS TABLE (tenant_id uuid, account_id uuid, figure text, kept bigint, recomputed bigint)
LANGUAGE sql STABLE AS $$
  WITH ledger AS (
    SELECT t.tenant_id, t.account_id, sum(t.credits_amount) AS balance,
           coalesce(-sum(t.credits_amount) FILTER (WHERE t.transaction_type = 'USAGE'), 0) AS used
      FROM ai_credit_transactions t GROUP BY t.tenant_id, t.account_id
  ), grants AS (
    SELECT g.tenant_id, g.account_id, sum(g.remaining) AS remaining FROM ai_credit_grants g GROUP BY g.tenant_id, g.account_id
  ), holds AS (
    SELECT h.tenant_id, h.account_id, sum(h.amount) AS held FROM ai_credit_holds h WHERE h.status = 'OPEN' GROUP BY h.tenant_id, h.account_id
  ), rollup AS (
    SELECT u.tenant_id, u.account_id, sum(u.credits) AS used FROM ai_credit_daily_usage u GROUP BY u.tenant_id, u.account_id
  )
  SELECT a.tenant_id, a.id, c.figure, c.kept, coalesce(c.recomputed, 0)
    FROM ai_credit_accounts a
    LEFT JOIN ledger l ON l.tenant_id = a.tenant_id AND l.account_id = a.id
    LEFT JOIN grants g ON g.tenant_id = a.tenant_id AND g.account_id = a.id
    LEFT JOIN holds h ON h.tenant_id = a.tenant_id AND h.account_id = a.id
    LEFT JOIN rollup u ON u.tenant_id = a.tenant_id AND u.account_id = a.id
    LEFT JOIN LATERAL (
      SELECT t.balance_after FROM ai_credit_transactions t WHERE t.tenant_id = a.tenant_id
       ORDER BY t.created_at DESC, t.id DESC LIMIT 1) e ON true
    CROSS JOIN LATERAL (VALUES
      ('ledger', a.current_balance::bigint, l.balance),
      ('grants', a.current_balance, g.remaining),
      ('last entry', a.current_balance, e.balance_after),
      ('holds', a.held_credits, h.held),
      ('total used', a.total_used_credits, l.used),
      ('daily usage', a.total_used_credits, u.used)
    ) AS c (figure, kept, recomputed)
   WHERE c.kept <> coalesce(c.recomputed, 0)
   ORDER BY a.tenant_id, c.figure
$$;
