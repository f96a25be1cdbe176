//! `enum AuditLogActivityType`: the catalogue's event types.
//!
//! Written by hand, because the library's macro would want all 129 of them in the code.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use gatelog_event::catalogue::{EventType, catalogue};
use gatelog_event::source::Source;
use gatelog_query::{Field, Filter, Test};
use juniper::macros::reflect;
use juniper::marker::{IsInputType, IsOutputType};
use juniper::meta::{EnumValue, MetaType};
use juniper::{
    ArcStr, BoxFuture, ExecutionResult, Executor, FromInputValue, GraphQLType, GraphQLValue,
    GraphQLValueAsync, InputValue, Registry, ScalarValue, Selection, ToInputValue, Value,
};

use super::Context;
use super::leaf::Leaf;

const NAME: &str = "AuditLogActivityType";

/// In the order in which the schema lists them.
static ALL: LazyLock<Vec<ActivityType>> = LazyLock::new(|| {
    let keys = catalogue(Source::Authgear).event_types().iter().map(|known| known.key);
    let mut all: Vec<ActivityType> = keys.map(ActivityType).collect();
    all.sort_unstable();
    all
});

/// What every question asks for that names no types, made once.
static IS_SHOWN: LazyLock<Filter> = LazyLock::new(|| is_one_of(ActivityType::all()));

/// A type of Authgear's that its Admin API knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::authgear) struct ActivityType(&'static str);

impl ActivityType {
    /// All of them.
    pub(in crate::authgear) fn all() -> &'static [Self] {
        &ALL
    }

    /// The one with this name, such as `USER_AUTHENTICATED`.
    pub(in crate::authgear) fn from_name(name: &str) -> Option<Self> {
        let found = ALL.binary_search_by(|known| known.0.cmp(name)).ok()?;
        ALL.get(found).copied()
    }

    /// The one that an event's type stands for, by its name here or in records.
    pub(in crate::authgear) fn of_event(event_type: &str) -> Option<Self> {
        catalogue(Source::Authgear).get(event_type).map(|known| Self(known.key))
    }

    /// The name in the schema.
    pub(in crate::authgear) fn name(self) -> &'static str {
        self.0
    }

    /// The name in records, such as `user.authenticated`.
    pub(in crate::authgear) fn stored_name(self) -> &'static str {
        let known: Option<&EventType> = catalogue(Source::Authgear).get(self.0);
        known.and_then(|known| known.aliases.first()).copied().unwrap_or(self.0)
    }
}

/// Events that Authgear would have called one of these. In our own form an event may also have the
/// name that stands in Authgear's records.
pub(in crate::authgear) fn is_one_of<'t>(
    types: impl IntoIterator<Item = &'t ActivityType>,
) -> Filter {
    let names = types.into_iter().flat_map(|it| [it.name(), it.stored_name()]);
    let names: BTreeSet<String> = names.map(str::to_owned).collect();
    Filter::Field(Field::Counterpart(Source::Authgear), Test::OneOf(Arc::new(names)))
}

/// Events that this API shows.
pub(in crate::authgear) fn is_shown() -> Filter {
    IS_SHOWN.clone()
}

impl GraphQLType<Leaf> for ActivityType {
    fn name(_: &()) -> Option<ArcStr> {
        Some(NAME.into())
    }

    fn meta(info: &(), registry: &mut Registry<Leaf>) -> MetaType<Leaf> {
        let values: Vec<EnumValue> = ALL.iter().map(|known| EnumValue::new(known.0)).collect();
        registry.build_enum_type::<Self>(info, &values).into_meta()
    }
}

impl GraphQLValue<Leaf> for ActivityType {
    type Context = Context;
    type TypeInfo = ();

    fn type_name(&self, info: &()) -> Option<ArcStr> {
        <Self as GraphQLType<Leaf>>::name(info)
    }

    fn resolve(
        &self,
        _: &(),
        _: Option<&[Selection<'_, Leaf>]>,
        _: &Executor<'_, '_, Context, Leaf>,
    ) -> ExecutionResult<Leaf> {
        Ok(Value::scalar(self.0.to_owned()))
    }
}

impl GraphQLValueAsync<Leaf> for ActivityType {
    fn resolve_async<'a>(
        &'a self,
        info: &'a (),
        selections: Option<&'a [Selection<'_, Leaf>]>,
        executor: &'a Executor<'_, '_, Context, Leaf>,
    ) -> BoxFuture<'a, ExecutionResult<Leaf>> {
        let resolved = self.resolve(info, selections, executor);
        Box::pin(std::future::ready(resolved))
    }
}

impl FromInputValue<Leaf> for ActivityType {
    type Error = String;

    fn from_input_value(value: &InputValue<Leaf>) -> Result<Self, String> {
        let name = value.as_enum_value().or_else(|| value.as_scalar()?.try_as_str());
        name.and_then(Self::from_name).ok_or_else(|| format!("{value} is not an {NAME}"))
    }
}

impl ToInputValue<Leaf> for ActivityType {
    fn to_input_value(&self) -> InputValue<Leaf> {
        InputValue::enum_value(self.0)
    }
}

impl IsInputType<Leaf> for ActivityType {}

impl IsOutputType<Leaf> for ActivityType {}

impl reflect::BaseType<Leaf> for ActivityType {
    const NAME: reflect::Type = NAME;
}

impl reflect::BaseSubTypes<Leaf> for ActivityType {
    const NAMES: reflect::Types = &[NAME];
}

impl reflect::WrappedType<Leaf> for ActivityType {
    const VALUE: reflect::WrappedValue = 1;
}
