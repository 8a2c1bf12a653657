-- What every installation has from its first start: the platform, the plans, the AI functions and models.
-- Opening values; the operator edits the rows.

INSERT INTO plans (code, name, rank, monthly_price_yen, monthly_free_credits, carry_over_months, max_rooms, max_customers,
  max_staff, member_ranks, features, guarantee_days, guaranteed_roi_percent, yearly_discount_rate, biennial_discount_rate)
VALUES
  ('ESSENTIAL', 'ESSENTIAL', 1, 7800, 100, 0, 50, 5000, 5, 3, '{points}', 30, 100, 0.10, 0.20),
  ('PROFESSIONAL', 'PROFESSIONAL', 2, 14800, 500, 1, 150, 20000, 20, 5,
   '{points,recommendation,prediction,analysis,campaigns,pms_integration}', 60, 150, 0.10, 0.20),
  ('ENTERPRISE', 'ENTERPRISE', 3, 29800, 2000, 3, NULL, NULL, NULL, 10,
   '{points,recommendation,prediction,analysis,campaigns,pms_integration,custom_ai,ai_voice,api_access,premium_support}',
   90, 200, 0.10, 0.20);

INSERT INTO marketing_plans (code, plan_code, base_price_yen, max_rooms, features)
VALUES
  ('LEISURE_ECONOMY', 'ESSENTIAL', 7800, 50, '{points}'),
  ('OMOTENASU_PROFESSIONAL', 'PROFESSIONAL', 14800, 150,
   '{points,recommendation,prediction,analysis,campaigns,pms_integration}');

INSERT INTO tenants (id, kind, name, plan_code, time_zone, rooms, created_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'PLATFORM', 'hotel-member', 'ENTERPRISE', 'Asia/Tokyo', 0, now());

INSERT INTO ai_functions (function_type, base_credits, required_feature, hourly_limit)
VALUES
  ('chatbot', 2, NULL, 100),
  ('recommendation', 5, 'recommendation', 50),
  ('prediction', 8, 'prediction', 20),
  ('analysis', 10, 'analysis', 10),
  ('custom', 15, 'custom_ai', 10);

-- Yen for a million tokens at 150 yen to the dollar.
INSERT INTO ai_models (provider, model, credit_factor, input_yen_per_million, output_yen_per_million, is_default)
VALUES
  ('embedded', 'embedded', 1, 0, 0, true),
  ('openai', 'gpt-4o-mini', 1, 22.5, 90, true),
  ('openai', 'gpt-4o', 2, 375, 1500, false);

ALTER TABLE tenants ADD CONSTRAINT tenant_kind CHECK (kind IN ('HOTEL', 'PLATFORM'));

-- Signing a hotel up makes its tenant, organisation and first persons: work before there is a tenant to be bound to.
GRANT INSERT ON tenants, organizations, users, memberships, data_sharing_policies TO hotel_jobs;
GRANT SELECT (id, email, name, platform_role, created_at) ON users TO hotel_jobs;
