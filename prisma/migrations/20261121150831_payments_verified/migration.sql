-- The payments' books recomputed: one row for each figure that is not what the rows behind it say. Read by
-- `npm run payments:verify` and by the nightly task; one statement, so one moment. Numbers are credits, yen or counts.
CREATE FUNCTION payment_differences()
RETURNS TABLE (tenant_id uuid, entity text, entity_id text, figure text, kept bigint, recomputed bigint)
LANGUAGE sql STABLE AS $$
  -- A purchase and what it brought: the ledger's entry, and the grant.
  SELECT p.tenant_id, 'purchase', p.id::text, c.figure, c.kept, coalesce(c.recomputed, 0)
    FROM credit_purchases p
    LEFT JOIN ai_credit_transactions t ON t.tenant_id = p.tenant_id AND t.reference_id = p.id AND t.transaction_type = 'PURCHASE'
    LEFT JOIN ai_credit_grants g ON g.tenant_id = p.tenant_id AND g.transaction_id = t.id
    CROSS JOIN LATERAL (VALUES
      ('ledger', CASE WHEN p.transaction_id IS NULL THEN 0 ELSE p.credits_amount END::bigint, t.credits_amount::bigint),
      ('ledger entry is the purchase''s', 1, CASE WHEN p.transaction_id IS NOT DISTINCT FROM t.id THEN 1 ELSE 0 END),
      ('grant', CASE WHEN p.transaction_id IS NULL THEN 0 ELSE p.credits_amount END, CASE WHEN g.source = 'PURCHASE' THEN g.granted END)
    ) AS c (figure, kept, recomputed)
   WHERE c.kept <> coalesce(c.recomputed, 0)
  UNION ALL
  -- Credits bought without a purchase.
  SELECT t.tenant_id, 'ledger entry', t.id::text, 'purchase', 0, t.credits_amount
    FROM ai_credit_transactions t
    LEFT JOIN credit_purchases p ON p.tenant_id = t.tenant_id AND p.transaction_id = t.id
   WHERE t.transaction_type = 'PURCHASE' AND p.id IS NULL
  UNION ALL
  SELECT a.tenant_id, 'account', a.id::text, 'total purchased', a.total_purchased_credits, coalesce(sum(g.granted), 0)
    FROM ai_credit_accounts a
    LEFT JOIN ai_credit_grants g ON g.tenant_id = a.tenant_id AND g.account_id = a.id AND g.source = 'PURCHASE'
   GROUP BY a.tenant_id, a.id, a.total_purchased_credits
  HAVING a.total_purchased_credits <> coalesce(sum(g.granted), 0)
  UNION ALL
  -- A purchase by invoice, its invoice, and what was paid of it.
  SELECT p.tenant_id, 'purchase', p.id::text, c.figure, c.kept, coalesce(c.recomputed, -1)
    FROM credit_purchases p
    LEFT JOIN invoices i ON i.tenant_id = p.tenant_id AND i.purchase_id = p.id
    CROSS JOIN LATERAL (VALUES
      ('invoice total', p.total_yen::bigint, i.total_yen::bigint),
      ('invoice tax', p.tax_yen, i.tax_yen),
      ('invoice is paid', CASE WHEN p.status = 'COMPLETED' THEN 1 ELSE 0 END, CASE WHEN i.status = 'PAID' THEN 1 ELSE 0 END),
      ('invoice is void', CASE WHEN p.status = 'CANCELED' THEN 1 ELSE 0 END, CASE WHEN i.status = 'VOID' THEN 1 ELSE 0 END)
    ) AS c (figure, kept, recomputed)
   WHERE p.payment_method = 'invoice' AND c.kept <> coalesce(c.recomputed, -1)
  UNION ALL
  SELECT i.tenant_id, 'invoice', i.id::text, 'payments', i.paid_yen, coalesce(sum(y.amount_yen), 0)
    FROM invoices i LEFT JOIN invoice_payments y ON y.tenant_id = i.tenant_id AND y.invoice_id = i.id
   GROUP BY i.tenant_id, i.id, i.paid_yen
  HAVING i.paid_yen <> coalesce(sum(y.amount_yen), 0)
  UNION ALL
  -- Numbers without gaps, to the one the sequence says is the last.
  SELECT s.tenant_id, 'invoice sequence', s.year::text, c.figure, s.last_number, c.recomputed
    FROM invoice_sequences s
    LEFT JOIN (SELECT i.tenant_id, i.year, count(*) AS numbers, max(i.number) AS last FROM invoices i GROUP BY i.tenant_id, i.year) n
      ON n.tenant_id = s.tenant_id AND n.year = s.year
    CROSS JOIN LATERAL (VALUES ('invoices', coalesce(n.numbers, 0)), ('last number', coalesce(n.last, 0))) AS c (figure, recomputed)
   WHERE s.last_number <> c.recomputed
  UNION ALL
  SELECT b.tenant_id, 'transfer', b.id::text, 'allocated', b.allocated_yen, coalesce(y.allocated, 0)
    FROM bank_transfers b
    LEFT JOIN (SELECT transfer_id, sum(amount_yen) AS allocated FROM invoice_payments GROUP BY transfer_id) y ON y.transfer_id = b.id
   WHERE b.allocated_yen <> coalesce(y.allocated, 0)
  UNION ALL
  SELECT y.tenant_id, 'invoice payment', y.id::text, 'transfer', y.amount_yen, 0
    FROM invoice_payments y LEFT JOIN bank_transfers b ON b.id = y.transfer_id
   WHERE b.id IS NULL
$$;
GRANT SELECT ON invoice_sequences TO hotel_jobs;
