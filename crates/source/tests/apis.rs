//! The APIs that are asked, against stand-ins that keep their documented limits and fail in their
//! documented ways.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may fail")]

mod stand_in;

#[path = "apis/authgear.rs"]
mod authgear;
#[path = "apis/http.rs"]
mod http;
#[path = "apis/logto.rs"]
mod logto;
#[path = "apis/plusauth.rs"]
mod plusauth;
