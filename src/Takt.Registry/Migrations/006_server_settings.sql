-- What servers were told while they ran and still hold to when they start again: which calls are traced, what the log tells.
-- value is a JSON object of what was said; what it leaves open is as the server was started. The revision rises with every change of any setting, so that servers ask cheaply.
create table server_setting (
    kind        text    not null check (kind in ('trace', 'log')),
    model       text    not null,   -- '*' = the server, and all models without settings of their own
    value       text    not null,
    revision    integer not null unique,
    changed_at  text    not null,
    primary key (kind, model)
);
create trigger event_setting_added after insert on server_setting begin
    insert into event (at, kind, subject, detail) values (new.changed_at, new.kind || '-setting-changed', new.model, new.value);
end;
create trigger event_setting_changed after update on server_setting begin
    insert into event (at, kind, subject, detail) values (new.changed_at, new.kind || '-setting-changed', new.model, new.value);
end;
