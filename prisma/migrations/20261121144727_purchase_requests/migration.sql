-- AlterTable
ALTER TABLE "credit_purchases" ADD COLUMN     "request_key" TEXT NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "credit_purchases_tenant_id_request_key_key" ON "credit_purchases"("tenant_id", "request_key");

-- Applies what is heard of a purchase, from whichever side: the answer of Stripe's API, a webhook, the
-- reconciliation, the operator's record of a transfer. Status, credits (once: their ledger key is the purchase),
-- the auto-purchase's count of failures, audit and outbox in one round trip.
-- p_intent, p_customer, p_amount, p_currency: what Stripe says of its PaymentIntent; null for invoices.
-- p_stop_auto: the bank's refusal forbids another try. p_expires: when credits granted now expire.
-- outcome: APPLIED; UNCHANGED (late or again); FORBIDDEN; MISMATCH (of another purchase, amount or currency: nothing
-- is believed); NOT_FOUND.
-- A card purchase that Stripe never took up can end without a PaymentIntent.
CREATE FUNCTION purchase_apply(
  p_tenant uuid, p_purchase uuid, p_event text, p_intent text, p_customer text, p_amount int, p_currency text,
  p_failure text, p_decline text, p_stop_auto boolean, p_now timestamptz, p_expires timestamptz,
  p_source text, p_user uuid, p_request text,
  OUT outcome text, OUT status text, OUT transaction_id uuid, OUT balance int, OUT available int
) LANGUAGE plpgsql AS $$
DECLARE
  v_purchase credit_purchases%ROWTYPE;
  v_grant record;
  v_stop text;
BEGIN
  PERFORM bind_tenant(p_tenant);
  SELECT * INTO v_purchase FROM credit_purchases p WHERE p.tenant_id = p_tenant AND p.id = p_purchase FOR UPDATE;
  IF NOT FOUND THEN outcome := 'NOT_FOUND'; RETURN; END IF;
  status := v_purchase.status;
  transaction_id := v_purchase.transaction_id;
  SELECT a.current_balance, a.current_balance - a.held_credits INTO balance, available
    FROM ai_credit_accounts a WHERE a.tenant_id = p_tenant AND a.id = v_purchase.account_id;

  IF p_intent IS NULL THEN
    -- Without a PaymentIntent a card purchase can only end: Stripe has refused the request itself, or never heard of it.
    IF v_purchase.payment_method <> 'invoice'
       AND (p_event NOT IN ('payment_failed', 'canceled') OR v_purchase.stripe_payment_intent_id IS NOT NULL)
    THEN outcome := 'MISMATCH'; RETURN; END IF;
  ELSIF v_purchase.payment_method = 'invoice'
     OR p_intent <> coalesce(v_purchase.stripe_payment_intent_id, p_intent)
     OR p_customer <> v_purchase.stripe_customer_id
     OR p_amount IS DISTINCT FROM v_purchase.total_yen OR lower(p_currency) IS DISTINCT FROM v_purchase.currency
  THEN outcome := 'MISMATCH'; RETURN; END IF;

  SELECT t.to_status INTO status FROM credit_purchase_transitions t
   WHERE t.from_status = v_purchase.status AND t.event = p_event;
  IF NOT FOUND THEN outcome := 'FORBIDDEN'; status := v_purchase.status; RETURN; END IF;
  IF status = v_purchase.status THEN
    IF v_purchase.stripe_payment_intent_id IS NULL AND p_intent IS NOT NULL THEN
      UPDATE credit_purchases SET stripe_payment_intent_id = p_intent, updated_at = p_now
       WHERE tenant_id = p_tenant AND id = p_purchase;
    END IF;
    outcome := 'UNCHANGED';
    RETURN;
  END IF;

  IF status IN ('COMPLETED', 'ON_CREDIT') AND v_purchase.transaction_id IS NULL THEN
    SELECT * INTO v_grant FROM credit_grant(p_tenant, uuid_v7(p_now), uuid_v7(p_now), 'PURCHASE', 'PURCHASE',
      v_purchase.credits_amount, v_purchase.price_yen::numeric / v_purchase.credits_amount, p_expires, 3,
      v_purchase.user_id, NULL, p_purchase, 'purchase:' || p_purchase, p_now, uuid_v7(p_now));
    IF v_grant.outcome <> 'GRANTED' THEN
      RAISE EXCEPTION 'credits of purchase % are not granted: %', p_purchase, v_grant.outcome;
    END IF;
    transaction_id := v_grant.transaction_id;
    balance := v_grant.balance;
    available := v_grant.available;
  END IF;

  UPDATE credit_purchases p
     SET status = purchase_apply.status,
         stripe_payment_intent_id = coalesce(p.stripe_payment_intent_id, p_intent),
         failure_code = CASE WHEN purchase_apply.status IN ('FAILED', 'CANCELED') THEN coalesce(p_failure, p.failure_code) END,
         decline_code = CASE WHEN purchase_apply.status IN ('FAILED', 'CANCELED') THEN coalesce(p_decline, p.decline_code) END,
         transaction_id = purchase_apply.transaction_id,
         granted_at = CASE WHEN purchase_apply.transaction_id IS NULL THEN NULL ELSE coalesce(p.granted_at, p_now) END,
         expires_at = CASE WHEN purchase_apply.transaction_id IS NULL THEN NULL ELSE coalesce(p.expires_at, p_expires) END,
         paid_at = CASE WHEN purchase_apply.status = 'COMPLETED' THEN p_now END,
         updated_at = p_now
   WHERE p.tenant_id = p_tenant AND p.id = p_purchase;

  IF v_purchase.source = 'auto_purchase' AND status = 'COMPLETED' THEN
    UPDATE ai_credit_accounts SET auto_purchase_failures = 0, updated_at = p_now
     WHERE tenant_id = p_tenant AND id = v_purchase.account_id;
    INSERT INTO auto_purchase_decisions (tenant_id, id, decision, available, threshold, purchase_id, total_yen, created_at)
    SELECT p_tenant, uuid_v7(p_now), 'BOUGHT', purchase_apply.available, a.auto_purchase_threshold, p_purchase, v_purchase.total_yen, p_now
      FROM ai_credit_accounts a WHERE a.tenant_id = p_tenant AND a.id = v_purchase.account_id;
  ELSIF v_purchase.source = 'auto_purchase' AND status IN ('FAILED', 'CANCELED')
        AND v_purchase.status IN ('CREATED', 'REQUIRES_ACTION') THEN
    UPDATE ai_credit_accounts a
       SET auto_purchase_failures = a.auto_purchase_failures + 1, updated_at = p_now
     WHERE a.tenant_id = p_tenant AND a.id = v_purchase.account_id
    RETURNING CASE WHEN NOT a.auto_purchase_enabled THEN NULL
                   WHEN p_stop_auto THEN coalesce(p_decline, p_failure)
                   WHEN a.auto_purchase_failures >= 3 THEN 'THREE_FAILURES' END INTO v_stop;
    INSERT INTO auto_purchase_decisions (tenant_id, id, decision, available, threshold, purchase_id, total_yen, reason, created_at)
    SELECT p_tenant, uuid_v7(p_now), d.decision, purchase_apply.available, a.auto_purchase_threshold, p_purchase, v_purchase.total_yen,
           d.reason, p_now
      FROM ai_credit_accounts a
      CROSS JOIN LATERAL (VALUES ('FAILED', coalesce(p_decline, p_failure)), ('SWITCHED_OFF', v_stop)) AS d (decision, reason)
     WHERE a.tenant_id = p_tenant AND a.id = v_purchase.account_id AND (d.decision = 'FAILED' OR v_stop IS NOT NULL);
    IF v_stop IS NOT NULL THEN
      UPDATE ai_credit_accounts SET auto_purchase_enabled = false, auto_purchase_stopped_reason = v_stop
       WHERE tenant_id = p_tenant AND id = v_purchase.account_id;
      INSERT INTO outbox_events (tenant_id, id, event_type, payload, created_at)
      VALUES (p_tenant, uuid_v7(p_now), 'credits.auto_purchase_stopped',
        jsonb_build_object('purchaseId', p_purchase, 'reason', v_stop), p_now);
    END IF;
  ELSIF v_purchase.source = 'auto_purchase' AND status = 'REQUIRES_ACTION' THEN
    INSERT INTO auto_purchase_decisions (tenant_id, id, decision, available, threshold, purchase_id, total_yen, created_at)
    SELECT p_tenant, uuid_v7(p_now), 'NEEDS_AUTHENTICATION', purchase_apply.available, a.auto_purchase_threshold, p_purchase,
           v_purchase.total_yen, p_now
      FROM ai_credit_accounts a WHERE a.tenant_id = p_tenant AND a.id = v_purchase.account_id;
  END IF;

  INSERT INTO system_events (tenant_id, id, event_type, source, user_id, entity_type, entity_id, action, before, after, request_id, created_at)
  VALUES (p_tenant, uuid_v7(p_now), 'credits.purchase_' || lower(status), p_source, p_user, 'credit_purchases', p_purchase,
    p_event, jsonb_build_object('status', v_purchase.status),
    jsonb_build_object('status', status, 'totalYen', v_purchase.total_yen, 'credits', v_purchase.credits_amount,
      'intent', p_intent, 'declineCode', p_decline), p_request, p_now);
  INSERT INTO outbox_events (tenant_id, id, event_type, payload, created_at)
  VALUES (p_tenant, uuid_v7(p_now), 'credits.purchase_' || lower(status),
    jsonb_build_object('purchaseId', p_purchase, 'credits', v_purchase.credits_amount, 'totalYen', v_purchase.total_yen,
      'paymentMethod', v_purchase.payment_method, 'source', v_purchase.source, 'saveCard', v_purchase.save_card,
      'failureCode', p_failure, 'declineCode', p_decline), p_now);
  outcome := 'APPLIED';
END $$;
