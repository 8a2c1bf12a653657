#!/bin/sh
echo 'The schema engine binary is not used here: see scripts/migrate.mjs.' >&2
exit 1
