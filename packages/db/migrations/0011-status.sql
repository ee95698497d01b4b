-- What the overview and the search over runs need to stay quick (docs/adr/0031-status-and-runs.md). Posts are many and small:
-- the indexes of loads leave them out wherever a screen does.

create index sync_scheduled on sync (sync_no desc) where trigger = 'schedule';
create index sync_unwell on sync (sync_no desc) where status in ('partial', 'failed', 'quarantined');
create index load_files on load (load_id) where channel <> 'post';
create index load_unwell on load (load_no desc) where status in ('failed', 'partial');
create index load_finished on load (finished_at) where finished_at is not null and channel <> 'post';
create index sync_failure_quarantine on sync_failure (quarantine_id) where quarantine_id is not null;
