-- Calls of models that were written down: a sample, as each model's deployment says. Times are ISO 8601 texts in UTC, durations milliseconds.
-- A database of its own: it grows fast, may be thrown away, and must not keep the registry's writers waiting.
create table request (
    id             integer primary key autoincrement,   -- never given again: a place in the list stays worth something
    at             text    not null,
    model          text    not null,
    version        integer,                             -- null: it was refused before a version was found
    asked          text    not null,                    -- what the caller named: press, press@champion, press:3
    door           text    not null,
    caller         text    not null,                    -- as the audit names it
    request_id     text,
    rows           integer not null,
    outcome        text    not null,                    -- ok, or why there was no answer
    shadow         integer not null,                    -- 1: asked beside another version; nobody got this answer
    load_ms        real    not null,
    queue_ms       real    not null,
    input_ms       real    not null,
    compute_ms     real    not null,
    output_ms      real    not null,
    payload        text    not null check (payload in ('none', 'kept', 'too_large')),
    payload_bytes  integer not null
);
create index request_by_model on request (model, id);

create table request_payload (
    request   integer primary key references request (id) on delete cascade,
    form      text not null check (form in ('rows', 'tensors')),
    input     blob not null,
    output    blob,
    message   text,            -- what a failure said; it may quote values, so it is kept with them
    redacted  text not null    -- names whose values were taken out, one a line
);

-- What the calls of each model take, so that keeping them within a limit needs no walk through all of them.
create table request_size (model text primary key, bytes integer not null);
create trigger request_added after insert on request begin
    insert into request_size (model, bytes) values (new.model, 256 + new.payload_bytes) on conflict (model) do update set bytes = bytes + excluded.bytes;
end;
create trigger request_removed after delete on request begin
    update request_size set bytes = bytes - (256 + old.payload_bytes) where model = old.model;
end;
