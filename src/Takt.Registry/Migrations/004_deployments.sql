-- How each model is to be served. The newest revision of a model is what is wanted; the older ones stay, to say what was wanted when and to go back to.
-- spec is JSON (Takt.Protocols.Deployments.DeploymentSpec); null = nothing is wanted any more, the model is served on demand.
create table deployment (
    model       text    not null references model (name),
    revision    integer not null check (revision > 0),
    spec        text,
    changed_at  text    not null,
    primary key (model, revision)
);
create trigger deployment_never_changes  before update on deployment begin select raise(abort, 'a deployment is revised, never changed'); end;
create trigger deployment_never_vanishes before delete on deployment begin select raise(abort, 'a deployment never vanishes'); end;
create trigger stamp_deployment after insert on deployment begin update catalog_stamp set changes = changes + 1; end;
create trigger event_deployment after insert on deployment begin
    insert into event (at, kind, subject, detail) values (new.changed_at, 'deployment-changed', new.model, 'revision ' || new.revision);
end;
