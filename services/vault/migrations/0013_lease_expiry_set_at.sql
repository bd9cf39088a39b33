-- The rows hold leases as their events make them, which is more than before: the read model grows anew.
delete from leases;

update checkpoints set position = null, epoch = null, fence = fence + 1, holder = null, expires_at = null
where processor = 'projection:leases';
