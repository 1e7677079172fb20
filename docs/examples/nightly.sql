-- The nightly refresh of a staging database, for cron or a CI job:
--
--   psql -X -d staging -v server=prod -f nightly.sql
--
-- psql exits with 0 only when the run is done and the checks hold, with 3 otherwise. Nobody has to clean up after a run
-- that failed: the next one takes over.
\set ON_ERROR_STOP on
\pset footer off
\if :{?server}
\else
  \set server prod
\endif

-- A night is long enough for a source that restarts.
CALL confiture.sync(:'server', jobs => 4, retry_for => '30 minutes', refresh_views => true)
\gset

SELECT relation, rows, chunks, elapsed FROM confiture.run_tables WHERE run_id = :run_id ORDER BY rows DESC LIMIT 10;

-- A table may have failed when on_error => 'continue', and rows may be of two moments when the source was lost.
SELECT :'state' = 'done' AND one_snapshot AS is_done FROM confiture.runs WHERE run_id = :run_id
\gset
\if :is_done
  \echo run :run_id is done, :tables tables, :rows rows
\else
  DO $$ BEGIN RAISE EXCEPTION 'the refresh is not complete: see confiture.runs'; END $$;
\endif
