//! What administrators, programs and the system do.

use crate::stories::authgear::event::{By, Cast, tell};
use crate::stories::script::Script;
use crate::world::User;

/// How many administrators there are.
const ADMINISTRATORS: usize = 4;

/// What is done about users and what they may do, the most frequent first.
const MUTATIONS: [&str; 56] = [
    "admin_api.mutation.update_user.executed",
    "admin_api.mutation.create_user.executed",
    "admin_api.mutation.add_user_to_roles.executed",
    "admin_api.mutation.set_disabled_status.executed",
    "admin_api.mutation.reset_password.executed",
    "admin_api.mutation.revoke_all_sessions.executed",
    "admin_api.mutation.reset_account_lockout.executed",
    "admin_api.mutation.send_reset_password_message.executed",
    "admin_api.mutation.schedule_account_deletion.executed",
    "admin_api.mutation.delete_user.executed",
    "admin_api.mutation.create_identity.executed",
    "admin_api.mutation.update_identity.executed",
    "admin_api.mutation.delete_identity.executed",
    "admin_api.mutation.create_authenticator.executed",
    "admin_api.mutation.delete_authenticator.executed",
    "admin_api.mutation.create_session.executed",
    "admin_api.mutation.revoke_session.executed",
    "admin_api.mutation.delete_authorization.executed",
    "admin_api.mutation.set_verified_status.executed",
    "admin_api.mutation.set_password_expired.executed",
    "admin_api.mutation.generate_oob_otp_code.executed",
    "admin_api.mutation.set_account_valid_from.executed",
    "admin_api.mutation.set_account_valid_until.executed",
    "admin_api.mutation.set_account_valid_period.executed",
    "admin_api.mutation.unschedule_account_deletion.executed",
    "admin_api.mutation.schedule_account_anonymization.executed",
    "admin_api.mutation.unschedule_account_anonymization.executed",
    "admin_api.mutation.anonymize_user.executed",
    "admin_api.mutation.remove_user_from_roles.executed",
    "admin_api.mutation.add_user_to_groups.executed",
    "admin_api.mutation.remove_user_from_groups.executed",
    "admin_api.mutation.add_role_to_users.executed",
    "admin_api.mutation.remove_role_from_users.executed",
    "admin_api.mutation.add_role_to_groups.executed",
    "admin_api.mutation.remove_role_from_groups.executed",
    "admin_api.mutation.add_group_to_users.executed",
    "admin_api.mutation.remove_group_from_users.executed",
    "admin_api.mutation.add_group_to_roles.executed",
    "admin_api.mutation.remove_group_from_roles.executed",
    "admin_api.mutation.create_role.executed",
    "admin_api.mutation.update_role.executed",
    "admin_api.mutation.delete_role.executed",
    "admin_api.mutation.create_group.executed",
    "admin_api.mutation.update_group.executed",
    "admin_api.mutation.delete_group.executed",
    "admin_api.mutation.create_resource.executed",
    "admin_api.mutation.update_resource.executed",
    "admin_api.mutation.delete_resource.executed",
    "admin_api.mutation.create_scope.executed",
    "admin_api.mutation.update_scope.executed",
    "admin_api.mutation.delete_scope.executed",
    "admin_api.mutation.add_resource_to_clientid.executed",
    "admin_api.mutation.remove_resource_from_clientid.executed",
    "admin_api.mutation.add_scopes_to_clientid.executed",
    "admin_api.mutation.remove_scopes_from_clientid.executed",
    "admin_api.mutation.replace_scopes_of_clientid.executed",
];

/// What is done about the project itself.
const SETTINGS: [&str; 14] = [
    "project.app.updated",
    "project.app.secret.viewed",
    "project.app.created",
    "project.collaborator.invitation.created",
    "project.collaborator.invitation.accepted",
    "project.collaborator.invitation.deleted",
    "project.collaborator.deleted",
    "project.domain.created",
    "project.domain.verified",
    "project.domain.deleted",
    "project.billing.checkout.created",
    "project.billing.subscription.updated",
    "project.billing.subscription.status.updated",
    "project.billing.subscription.cancelled",
];

/// Somebody is changed through the Admin API, by hand or by a program; what that means for the
/// user is an event of its own.
pub(super) fn administer<'a>(script: &mut Script<'a>, user: &'a User) {
    let rank = script.random.skewed(MUTATIONS.len(), 8);
    let mutation =
        MUTATIONS.get(rank).copied().unwrap_or("admin_api.mutation.update_user.executed");
    let by = match script.random.below(ADMINISTRATORS + 1) {
        ADMINISTRATORS => By::AdminApi,
        number => By::Admin(number),
    };
    let cast = at_the_office(script, user, by);
    tell(script, mutation, cast);
    let consequence = match mutation {
        "admin_api.mutation.set_disabled_status.executed" => match script.random.chance(700) {
            true => "user.disabled",
            false => "user.reenabled",
        },
        "admin_api.mutation.schedule_account_deletion.executed" => "user.deletion_scheduled",
        "admin_api.mutation.delete_user.executed" => "user.deleted",
        "admin_api.mutation.create_user.executed" => "user.created",
        _ => return,
    };
    script.latency();
    tell(script, consequence, cast);
}

/// Somebody changes the project, or looks at its secrets.
pub(super) fn configure(script: &mut Script<'_>) {
    let by = By::Portal(script.random.below(ADMINISTRATORS));
    let setting = SETTINGS.get(script.random.skewed(SETTINGS.len(), 2));
    let anybody = script.somebody();
    let cast = at_the_office(script, anybody, by);
    tell(script, setting.copied().unwrap_or("project.app.updated"), cast);
}

/// A machine gets a token for itself.
pub(super) fn machine_token(script: &mut Script<'_>) {
    let worker = script.world.applications.workers.at(0);
    let anybody = script.somebody();
    let cast = Cast { is_known: false, ..Cast::new(anybody, &worker.server, worker) };
    tell(script, "m2m.token.created", cast);
}

/// The system says that a limit is near.
pub(super) fn alert(script: &mut Script<'_>) {
    let anybody = script.somebody();
    let cast = at_the_office(script, anybody, By::System);
    tell(script, "usage.alert.triggered", Cast { device: None, is_known: false, ..cast });
}

fn at_the_office<'a>(script: &mut Script<'a>, user: &'a User, by: By) -> Cast<'a> {
    let application = script.world.applications.interactive.at(0);
    Cast { by, ..Cast::new(user, &application.server, application) }
}
