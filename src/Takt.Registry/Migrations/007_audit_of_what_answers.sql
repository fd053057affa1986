-- Which version answered when is read from the audit, so its entries must say it whole: a deployment's entry carries the hash of what was wanted, and moves of aliases never change either.
create trigger alias_move_never_changes  before update on alias_move begin select raise(abort, 'a move of an alias never changes'); end;
create trigger alias_move_never_vanishes before delete on alias_move begin select raise(abort, 'a move of an alias never vanishes'); end;

drop trigger event_deployment;
create trigger event_deployment after insert on deployment begin
    insert into event (at, kind, subject, detail)
    values (new.changed_at, 'deployment-changed', new.model, 'revision ' || new.revision || ', sha256 ' || sha256(coalesce(new.spec, '')));
end;
-- Revisions whose entries say nothing but their number: from now on their content is held, too.
insert into event (at, kind, subject, detail)
select now(), 'deployment-hashed', model, 'revision ' || revision || ', sha256 ' || sha256(coalesce(spec, '')) from deployment order by model, revision;
