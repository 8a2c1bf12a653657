-- CreateIndex
CREATE INDEX "reservations_tenant_id_departure_date_arrival_date_status_idx" ON "reservations"("tenant_id", "departure_date", "arrival_date", "status");
