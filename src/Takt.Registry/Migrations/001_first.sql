-- Times are ISO 8601 texts in UTC. What only engines understand (specs, metrics, curves, schemas) is JSON text here.

create table dataset (
    name        text    not null,
    version     integer not null,
    sha256      text    not null,
    rows        integer not null,
    schema      text    not null,
    source      text    not null,
    created_at  text    not null,
    primary key (name, version)
);

create table run (
    id              text primary key,
    name            text not null,
    task            text,
    status          text not null check (status in ('running', 'finished', 'failed', 'cancelled')),
    spec            text not null,
    seed            text not null,
    data_sha256     text,
    folder          text,
    started_at      text not null,
    ended_at        text,
    record          text,
    failure         text
);
create index run_by_time on run (started_at desc);

create table model (
    name        text primary key,
    created_at  text not null
);

create table model_version (
    name            text    not null references model (name),
    number          integer not null check (number > 0),
    package_sha256  text    not null,
    package_bytes   integer not null,
    run_id          text    references run (id),
    task            text    not null,
    target          text    not null,
    metric_name     text,
    metric_value    real,
    card            text    not null,
    metrics         text    not null,
    created_at      text    not null,
    deleted_at      text,
    primary key (name, number)
);
create index version_by_package on model_version (package_sha256);

create table alias (
    name      text    not null,
    alias     text    not null,
    number    integer not null,
    moved_at  text    not null,
    primary key (name, alias),
    foreign key (name, number) references model_version (name, number)
);

-- Where an alias pointed at any time, oldest first; to_number null means that it was removed.
create table alias_move (
    id           integer primary key,
    name         text not null,
    alias        text not null,
    from_number  integer,
    to_number    integer,
    moved_at     text not null
);

-- One number that rises with every change a server must follow. Triggers keep it, so that no writer can forget.
create table catalog_stamp (only integer primary key check (only = 1), changes integer not null);
insert into catalog_stamp values (1, 0);
create trigger stamp_version_added   after insert on model_version begin update catalog_stamp set changes = changes + 1; end;
create trigger stamp_version_changed after update on model_version begin update catalog_stamp set changes = changes + 1; end;
create trigger stamp_alias_added     after insert on alias         begin update catalog_stamp set changes = changes + 1; end;
create trigger stamp_alias_moved     after update on alias         begin update catalog_stamp set changes = changes + 1; end;
create trigger stamp_alias_removed   after delete on alias         begin update catalog_stamp set changes = changes + 1; end;
