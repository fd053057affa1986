-- A version never changes: only its deletion is noted, once. Its row stays, so that its number is never given again.
create trigger version_never_changes before update on model_version
when old.deleted_at is not null
  or (new.name, new.number, new.package_sha256, new.package_bytes, new.task, new.target, new.card, new.metrics, new.created_at)
     is not (old.name, old.number, old.package_sha256, old.package_bytes, old.task, old.target, old.card, old.metrics, old.created_at)
  or new.run_id is not old.run_id or new.metric_name is not old.metric_name or new.metric_value is not old.metric_value
begin select raise(abort, 'a model version never changes'); end;
create trigger version_never_vanishes before delete on model_version begin select raise(abort, 'a model version never vanishes'); end;

-- What happened, for an audit. Triggers keep it in the transaction of the change itself, so that no writer can forget and nothing is noted that did not happen.
create table event (
    id       integer primary key,
    at       text not null,
    kind     text not null,
    subject  text not null,
    detail   text
);
insert into event (at, kind, subject, detail)
select at, kind, subject, detail from (
    select created_at as at, 'dataset-added' as kind, name || ':' || version as subject, sha256 as detail from dataset
    union all select created_at, 'version-added', name || ':' || number, package_sha256 from model_version
    union all select deleted_at, 'version-deleted', name || ':' || number, package_sha256 from model_version where deleted_at is not null
    union all select moved_at, 'alias-moved', name || '@' || alias, coalesce(from_number, 'none') || ' to ' || coalesce(to_number, 'none') from alias_move
) order by at;
create trigger event_never_changes  before update on event begin select raise(abort, 'an event never changes'); end;
create trigger event_never_vanishes before delete on event begin select raise(abort, 'an event never vanishes'); end;

create trigger event_dataset_added after insert on dataset begin
    insert into event (at, kind, subject, detail) values (new.created_at, 'dataset-added', new.name || ':' || new.version, new.sha256);
end;
create trigger event_version_added after insert on model_version begin
    insert into event (at, kind, subject, detail) values (new.created_at, 'version-added', new.name || ':' || new.number, new.package_sha256);
end;
create trigger event_version_deleted after update of deleted_at on model_version begin
    insert into event (at, kind, subject, detail) values (new.deleted_at, 'version-deleted', new.name || ':' || new.number, new.package_sha256);
end;
create trigger event_alias_moved after insert on alias_move begin
    insert into event (at, kind, subject, detail)
    values (new.moved_at, 'alias-moved', new.name || '@' || new.alias, coalesce(new.from_number, 'none') || ' to ' || coalesce(new.to_number, 'none'));
end;
create index run_by_data on run (data_sha256);
create index dataset_by_content on dataset (sha256);
