//! A filter becomes the set of matching rows of one part, by bitmap algebra.

use gatelog_query::{Field, Test};

use super::access::Access;
use super::part::Part;
use super::plan::{Plan, Step};
use super::rows::Rows;
use super::scan::{Budget, RowTest};
use super::words::WordTest;
use crate::error::Result;
use crate::row::Column;

/// The rows of `part` that match. The answer is exact for rows of `within`; of others, which are
/// not asked for, it may say anything.
///
/// # Errors
/// [`crate::Error::Corrupt`], [`crate::Error::Io`] or [`crate::Error::TooBroad`].
pub(crate) fn evaluate(
    part: &impl Part,
    plan: &Plan,
    within: &Rows,
    budget: &Budget,
) -> Result<Rows> {
    match &plan.step {
        Step::All => Ok(Rows::All),
        Step::Kind(test) => part.rows_by_kind(test),
        Step::And(plans) => all_of(part, plans, within, budget),
        Step::Or(plans) => any_of(part, plans, within, budget),
        Step::Not(plan) => Ok(evaluate(part, plan, within, budget)?.complement(part.row_count())),
        Step::Range(measure, bounds) => part.rows_in_range(*measure, *bounds),
        Step::Value(column, field, test) => match part.keeps(*column)? {
            true => part.rows_by_value(*column, test),
            false => part.rows_by_record(&RowTest::Field(*field, test), within, budget),
        },
        Step::Derived(test) => match part.keeps(test.column())? {
            true => part.rows_by_derived(test),
            false => part.rows_by_record(&RowTest::Derived(test), within, budget),
        },
        Step::Tokens(column, field, test) => {
            let candidates = Rows::only(part.candidates(*column, test)?);
            match test {
                Test::Missing => Ok(candidates),
                _ => {
                    let among = candidates.intersect(within, part)?;
                    part.rows_by_record(&RowTest::Field(*field, test), &among, budget)
                }
            }
        }
        Step::Field(field, test) => {
            part.rows_by_record(&RowTest::Field(*field, test), within, budget)
        }
        Step::Words(test) => by_words(part, test, within, budget),
        Step::Record(test) => part.rows_by_record(&RowTest::Record(test), within, budget),
    }
}

/// Records are opened only for rows that have the words and may still not pass.
fn by_words(part: &impl Part, words: &WordTest, within: &Rows, budget: &Budget) -> Result<Rows> {
    let test = RowTest::Words(words);
    let Some(found) = part.rows_by_words(words)? else {
        return part.rows_by_record(&test, within, budget);
    };
    let possible = Rows::only(found.possible).intersect(within, part)?;
    part.rows_by_record(&test, &possible, budget)?.unite(Rows::only(found.sure), part)
}

fn all_of(part: &impl Part, plans: &[Plan], within: &Rows, budget: &Budget) -> Result<Rows> {
    let mut rows = Rows::All;
    for plan in plans {
        if rows.is_empty() {
            break;
        }
        let found = if opens_records(part, plan)? {
            evaluate(part, plan, &rows.clone().intersect(within, part)?, budget)?
        } else {
            evaluate(part, plan, within, budget)?
        };
        rows = rows.intersect(&found, part)?;
    }
    Ok(rows)
}

/// Whether a condition has records opened, so that it should be asked of few rows.
fn opens_records(part: &impl Part, plan: &Plan) -> Result<bool> {
    match &plan.step {
        Step::Value(column, ..) => Ok(!part.keeps(*column)?),
        Step::Derived(test) => Ok(!part.keeps(test.column())?),
        _ => Ok(plan.access >= Access::Tokens),
    }
}

/// Records are opened only for rows that nothing cheaper found.
fn any_of(part: &impl Part, plans: &[Plan], within: &Rows, budget: &Budget) -> Result<Rows> {
    let mut rows = Rows::none();
    for plan in plans {
        let found = if matches!(plan.access, Access::Tokens | Access::Records) {
            let rest = rows.clone().complement(part.row_count());
            evaluate(part, plan, &rest.intersect(within, part)?, budget)?
        } else {
            evaluate(part, plan, within, budget)?
        };
        rows = rows.unite(found, part)?;
    }
    Ok(rows)
}

/// The column a field is kept in, or that of the values it follows from.
pub(crate) fn column(field: Field) -> Option<Column> {
    match field {
        Field::Id => Some(Column::Id),
        Field::Submitter => Some(Column::Submitter),
        Field::Indexed(field) => Some(Column::Field(field)),
        Field::Derived(field) => Some(Column::Field(field.base())),
        of_kind if of_kind.is_of_kind() => Some(Column::Kind),
        _ => None,
    }
}
