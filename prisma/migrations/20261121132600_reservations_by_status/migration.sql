-- CreateIndex
CREATE INDEX "reservations_tenant_id_status_arrival_date_idx" ON "reservations"("tenant_id", "status", "arrival_date");
