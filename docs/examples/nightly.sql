-- The nightly refresh of a staging database, for cron or a CI job:
--
--   psql -X -d staging -v server=prod -f nightly.sql
--
-- psql exits with 0 only if the run is done and the checks hold, with 3 otherwise. A failed run needs no cleanup: the next
-- one takes over its tables.
\set ON_ERROR_STOP on
\pset footer off
\if :{?server}
\else
  \set server prod
\endif

-- The night is long enough to wait for a source that restarts.
CALL confiture.sync(:'server', jobs => 4, retry_for => '30 minutes', refresh_views => true)
\gset

SELECT relation, rows, chunks, elapsed FROM confiture.run_tables WHERE run_id = :run_id ORDER BY rows DESC LIMIT 10;

-- With on_error => 'continue' a table may have failed; after a lost source the rows may come from two snapshots.
SELECT :'state' = 'done' AND one_snapshot AS is_done FROM confiture.runs WHERE run_id = :run_id
\gset
\if :is_done
  \echo run :run_id is done, :tables tables, :rows rows
\else
  DO $$ BEGIN RAISE EXCEPTION 'the refresh is not complete: see confiture.runs'; END $$;
\endif
