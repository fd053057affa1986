-- Who may do what, and who did what. Passwords and secrets are kept as hashes only.

create table account (
    name           text primary key,
    password_hash  text not null,
    role           text not null check (role in ('viewer', 'operator', 'engineer', 'admin')),
    stamp          text not null,   -- changes with password and role: sign-ins from before are worth nothing
    created_at     text not null
);

create table api_key (
    id             text primary key,   -- the part of the key that may be shown
    name           text not null,
    secret_sha256  text not null,
    permissions    text not null,      -- some of read, predict, manage, administer, separated by blanks
    models         text not null,      -- patterns with *, separated by blanks
    per_minute     integer check (per_minute > 0),
    created_at     text not null,
    expires_at     text,
    revoked_at     text
);

-- One number that rises with every change of the two tables, so that a server notices at once and asks cheaply.
create table access_stamp (only integer primary key check (only = 1), changes integer not null);
insert into access_stamp values (1, 0);
create trigger stamp_account_added   after insert on account begin update access_stamp set changes = changes + 1; end;
create trigger stamp_account_changed after update on account begin update access_stamp set changes = changes + 1; end;
create trigger stamp_account_removed after delete on account begin update access_stamp set changes = changes + 1; end;
create trigger stamp_key_added       after insert on api_key begin update access_stamp set changes = changes + 1; end;
create trigger stamp_key_changed     after update on api_key begin update access_stamp set changes = changes + 1; end;

-- The audit: each event is linked to the one before it by a hash, so that nobody can change, insert or drop one in the middle unseen.
-- actor(), now() and audit_hash() are functions that Takt gives its connections.
create table audit_link (
    event_id  integer primary key references event (id),
    actor     text not null,
    previous  text not null,
    hash      text not null
);
insert into audit_link (event_id, actor, previous, hash)
with recursive chain (id, previous, hash) as (
    select id, '', audit_hash('', id, at, kind, subject, detail, 'unknown') from event where id = (select min(id) from event)
    union all
    select e.id, c.hash, audit_hash(c.hash, e.id, e.at, e.kind, e.subject, e.detail, 'unknown')
    from chain c join event e on e.id = (select min(id) from event where id > c.id)
)
select id, 'unknown', previous, hash from chain;
create trigger audit_link_never_changes  before update on audit_link begin select raise(abort, 'the audit never changes'); end;
create trigger audit_link_never_vanishes before delete on audit_link begin select raise(abort, 'the audit never vanishes'); end;
create trigger event_is_linked after insert on event begin
    insert into audit_link (event_id, actor, previous, hash)
    select new.id, who, last, audit_hash(last, new.id, new.at, new.kind, new.subject, new.detail, who)
    from (select actor() as who, coalesce((select hash from audit_link order by event_id desc limit 1), '') as last);
end;

create trigger event_account_added after insert on account begin
    insert into event (at, kind, subject, detail) values (now(), 'account-added', new.name, new.role);
end;
create trigger event_account_changed after update on account begin
    insert into event (at, kind, subject, detail) values (now(), 'account-changed', new.name,
        case when new.role is not old.role then old.role || ' to ' || new.role else 'password' end);
end;
create trigger event_account_removed after delete on account begin
    insert into event (at, kind, subject, detail) values (now(), 'account-removed', old.name, old.role);
end;
create trigger event_key_added after insert on api_key begin
    insert into event (at, kind, subject, detail) values (now(), 'key-added', new.id, new.name || ': ' || new.permissions || ' on ' || new.models);
end;
create trigger event_key_revoked after update of revoked_at on api_key begin
    insert into event (at, kind, subject, detail) values (now(), 'key-revoked', new.id, new.name);
end;
