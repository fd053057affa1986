-- Keeping what callers send and get is a decision that an audit asks about: switching it on, off, or changing what is taken out is an event of its own.
create trigger event_payload_capture after insert on deployment
when coalesce(json_extract(new.spec, '$.log.payloads'), 0) or coalesce(
    (select json_extract(spec, '$.log.payloads') from deployment where model = new.model and revision = new.revision - 1), 0)
begin
    insert into event (at, kind, subject, detail)
    select new.changed_at,
        case when not now_on then 'payload-capture-off' when before_on then 'payload-capture-changed' else 'payload-capture-on' end,
        new.model,
        case when now_on then 'share ' || coalesce(json_extract(new.spec, '$.log.share'), 0) || ', redacted: ' || coalesce(nullif(now_hidden, '[]'), 'nothing') end
    from (select coalesce(json_extract(new.spec, '$.log.payloads'), 0) as now_on, coalesce(json_extract(new.spec, '$.log.redact'), '[]') as now_hidden) n
    left join (
        select coalesce(json_extract(spec, '$.log.payloads'), 0) as before_on, coalesce(json_extract(spec, '$.log.redact'), '[]') as before_hidden,
            coalesce(json_extract(spec, '$.log.share'), 0) as before_share
        from deployment where model = new.model and revision = new.revision - 1) b
    where now_on is not coalesce(before_on, 0) or now_hidden is not before_hidden or coalesce(json_extract(new.spec, '$.log.share'), 0) is not before_share;
end;
