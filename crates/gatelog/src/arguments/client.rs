//! The options of `gatelog client`.

use clap::Subcommand;
use gatelog_auth::ClientDialect;
use gatelog_event::tenant::TenantName;

use super::DataDirectory;

#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// Create a client and print its id and secret, once
    Create {
        #[command(flatten)]
        data: DataDirectory,
        /// The tenant whose events it reads
        #[arg(long, value_name = "TENANT", default_value_t = TenantName::default_tenant())]
        tenant: TenantName,
        /// The product whose client it is: logto, plusauth
        #[arg(long, value_name = "DIALECT")]
        dialect: ClientDialect,
        /// What to call it
        #[arg(long, value_name = "TEXT", default_value = "")]
        label: String,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// List clients, without their secrets
    List {
        #[command(flatten)]
        data: DataDirectory,
        /// Only those of this tenant
        #[arg(long, value_name = "TENANT")]
        tenant: Option<TenantName>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a client; a running server refuses it and its tokens at once
    Revoke {
        #[command(flatten)]
        data: DataDirectory,
        /// The client's id, such as client_3f9a2c6d01b7e845
        id: String,
    },
}
