//! What a document asks for, found out before it is executed: whose it is, and how much it costs.

use std::collections::HashMap;

use juniper::parser::{SourcePosition, parse_document_source};
use juniper::{
    Definition, ID, InputValue, Operation, OperationType, RuleError, Selection, Variables,
};

use super::global_id::{AUDIT_LOG, GlobalId};
use super::limits::{
    DEPTH_MAX, FIELDS_MAX, NODES_MAX, PAGES_MAX, SCHEMA_LISTS_MAX, SELECTIONS_MAX,
};
use super::refusal::TooLarge;
use super::request::Request;
use super::schema::SCHEMA;
use super::schema::leaf::Leaf;

/// The schema's own lists of types and of fields, which lead to each other.
const SCHEMA_LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// Arguments of `auditLogs` that no index answers as quickly as the others.
const RECIPIENTS: [&str; 2] = ["emailAddresses", "phoneNumbers"];

/// What a document's operation asks for.
#[derive(Debug)]
pub(super) struct Outline {
    operation_type: OperationType,
    /// Fields of the operation that are not answered here, each once.
    foreign: Vec<RuleError>,
    asks_for_schema: bool,
    asks_for_other_nodes: bool,
    reads_records: bool,
    cost: Cost,
}

#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    pages: usize,
    nodes: usize,
    fields: usize,
    depth: usize,
    schema_lists: usize,
    selections: usize,
}

impl Outline {
    /// Looks through the operation that is to be executed; `None` if it cannot be found, because
    /// the document is not well-formed or has no such operation.
    pub(super) fn read(request: &Request) -> Option<Self> {
        let document = parse_document_source(&request.query, &SCHEMA.schema).ok()?;
        let mut fragments = HashMap::new();
        let mut operations = Vec::new();
        for definition in &document {
            match definition {
                Definition::Operation(operation) => operations.push(&operation.item),
                Definition::Fragment(fragment) => {
                    let fragment = &fragment.item;
                    fragments.insert(fragment.name.item, &*fragment.selection_set);
                }
            }
        }
        let operation = chosen(&operations, request.operation_name.as_deref())?;
        let variables = with_defaults(operation, &request.variables);
        let outline = Self {
            operation_type: operation.operation_type,
            foreign: Vec::new(),
            asks_for_schema: false,
            asks_for_other_nodes: false,
            reads_records: false,
            cost: Cost::default(),
        };
        let mut walk = Walk { fragments, open: Vec::new(), variables: &variables, outline };
        walk.selections(&operation.selection_set, Place::ROOT);
        Some(walk.outline)
    }

    /// Whether an Authgear behind this server is to answer, if there is one: not only audit logs
    /// are asked for, or something is to be changed. Questions about the schema are its own too,
    /// as its schema has everything that ours has.
    pub(super) fn is_for_upstream(&self) -> bool {
        self.operation_type != OperationType::Query
            || !self.foreign.is_empty()
            || self.asks_for_schema
            || self.asks_for_other_nodes
    }

    /// Whether records may have to be read one by one: those of messages, for whom they were for.
    pub(super) fn reads_records(&self) -> bool {
        self.reads_records
    }

    /// Fields that nobody here knows.
    pub(super) fn unknown_fields(&self) -> &[RuleError] {
        &self.foreign
    }

    /// The limit that the operation goes beyond, if it does.
    pub(super) fn excess(&self) -> Option<TooLarge> {
        let Cost { pages, nodes, fields, depth, schema_lists, selections } = self.cost;
        let limits = [
            (selections > SELECTIONS_MAX, TooLarge::Selections),
            (depth > DEPTH_MAX, TooLarge::Depth),
            (fields > FIELDS_MAX, TooLarge::Fields),
            (schema_lists > SCHEMA_LISTS_MAX, TooLarge::SchemaLists),
            (pages > PAGES_MAX, TooLarge::Pages),
            (nodes > NODES_MAX, TooLarge::Nodes),
        ];
        limits.into_iter().find_map(|(is_beyond, limit)| is_beyond.then_some(limit))
    }
}

fn chosen<'o, 'a>(
    operations: &[&'o Operation<'a, Leaf>],
    name: Option<&str>,
) -> Option<&'o Operation<'a, Leaf>> {
    let Some(name) = name else {
        return operations.first().copied().filter(|_| operations.len() == 1);
    };
    let is_named = |it: &&&Operation<'_, Leaf>| it.name.as_ref().is_some_and(|it| it.item == name);
    operations.iter().find(is_named).copied()
}

fn with_defaults(operation: &Operation<'_, Leaf>, given: &Variables<Leaf>) -> Variables<Leaf> {
    let mut variables = given.clone();
    for (name, variable) in operation.variables_definition.iter().flat_map(|it| &it.item.items) {
        if let Some(default) = &variable.default_value {
            variables.entry(name.item.to_owned()).or_insert_with(|| default.item.clone());
        }
    }
    variables
}

/// Where a selection stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    schema_lists: usize,
    is_root: bool,
    is_of_schema: bool,
}

impl Place {
    const ROOT: Self = Self { depth: 1, schema_lists: 0, is_root: true, is_of_schema: false };

    fn below(self, field: &str) -> Self {
        let begins_schema = self.is_root && matches!(field, "__schema" | "__type");
        let is_schema_list = self.is_of_schema && SCHEMA_LISTS.contains(&field);
        Self {
            depth: self.depth + 1,
            schema_lists: self.schema_lists + usize::from(is_schema_list),
            is_root: false,
            is_of_schema: self.is_of_schema || begins_schema,
        }
    }
}

struct Walk<'d, 'a> {
    fragments: HashMap<&'a str, &'d [Selection<'a, Leaf>]>,
    /// Fragments that are being looked through. Validation refuses those that spread themselves.
    open: Vec<&'a str>,
    variables: &'d Variables<Leaf>,
    outline: Outline,
}

impl<'d, 'a> Walk<'d, 'a> {
    fn selections(&mut self, selections: &'d [Selection<'a, Leaf>], place: Place) {
        let cost = &mut self.outline.cost;
        cost.depth = cost.depth.max(place.depth);
        cost.schema_lists = cost.schema_lists.max(place.schema_lists);
        for selection in selections {
            self.outline.cost.selections += 1;
            if self.outline.cost.selections > SELECTIONS_MAX {
                return;
            }
            self.selection(selection, place);
        }
    }

    fn selection(&mut self, selection: &'d Selection<'a, Leaf>, place: Place) {
        match selection {
            Selection::Field(field) => {
                let (name, at) = (field.item.name.item, field.span.start);
                self.outline.cost.fields += 1;
                if place.is_root {
                    let arguments = field.item.arguments.as_ref().map(|it| &it.item);
                    let argument = |name| Some(&arguments?.get(name)?.item);
                    self.root_field(name, at, argument("id").or_else(|| argument("ids")));
                    let mut recipients = RECIPIENTS.into_iter().filter_map(argument);
                    self.outline.reads_records |= recipients.any(|it| self.is_given(it));
                }
                if let Some(selections) = &field.item.selection_set {
                    self.selections(selections, place.below(name));
                }
            }
            Selection::InlineFragment(fragment) => {
                self.selections(&fragment.item.selection_set, place);
            }
            Selection::FragmentSpread(spread) => {
                let name = spread.item.name.item;
                if self.open.contains(&name) {
                    return;
                }
                if let Some(selections) = self.fragments.get(name).copied() {
                    self.open.push(name);
                    self.selections(selections, place);
                    self.open.pop();
                }
            }
        }
    }

    /// `ids` are what `node` and `nodes` are asked for.
    fn root_field(&mut self, name: &str, at: SourcePosition, ids: Option<&InputValue<Leaf>>) {
        match (self.outline.operation_type, name) {
            (_, "__typename") => {}
            (OperationType::Query, "auditLogs") => self.outline.cost.pages += 1,
            (OperationType::Query, "node" | "nodes") => self.ids(ids),
            (OperationType::Query, "__schema" | "__type") => self.outline.asks_for_schema = true,
            (operation_type, _) => {
                let root = match operation_type {
                    OperationType::Query => "Query",
                    OperationType::Mutation => "Mutation",
                    OperationType::Subscription => "Subscription",
                };
                let message = format!("Cannot query field \"{name}\" on type \"{root}\".");
                self.outline.foreign.push(RuleError::new(&message, &[at]));
            }
        }
    }

    /// A single id counts as a list of one. What is no id is left to validation. Beyond the limit
    /// there is nothing more to find out.
    fn ids(&mut self, ids: Option<&InputValue<Leaf>>) {
        let ids = ids.and_then(|ids| resolved(self.variables, ids));
        let (list, single) = match ids {
            Some(InputValue::List(ids)) => (&**ids, None),
            other => (&[][..], other),
        };
        for id in list.iter().map(|id| &id.item).chain(single) {
            if self.outline.cost.nodes > NODES_MAX {
                return;
            }
            self.outline.cost.nodes += 1;
            if let Some(id) = resolved(self.variables, id).and_then(|id| id.convert::<ID>().ok()) {
                let is_ours = GlobalId::read_of(AUDIT_LOG, &id).is_some();
                self.outline.asks_for_other_nodes |= !is_ours;
            }
        }
    }

    fn is_given(&self, argument: &InputValue<Leaf>) -> bool {
        resolved(self.variables, argument).is_some_and(|value| !value.is_null())
    }
}

/// The value of a variable, or what is none.
fn resolved<'v>(
    variables: &'v Variables<Leaf>,
    value: &'v InputValue<Leaf>,
) -> Option<&'v InputValue<Leaf>> {
    match value {
        InputValue::Variable(name) => variables.get(name),
        other => Some(other),
    }
}
