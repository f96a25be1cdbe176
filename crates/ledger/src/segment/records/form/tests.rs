use proptest::prelude::*;

use super::*;

/// Writes a value in the form found for it and reads it again.
fn round_trip(value: &[u8], row_millis: i64) -> Form {
    let near = Form::near(value, row_millis);
    for (form, distance) in [Some((Form::of(value), 0)), near].into_iter().flatten() {
        assert_eq!(Form::decode(form.encode()), Some(form));
        if form == Form::Text {
            continue;
        }
        let mut writer = BitWriter::default();
        match form {
            Form::Near(..) => writer.write(distance.into(), form.bits()),
            _ => form.write(value, &mut writer),
        }
        assert_eq!(writer.bit_count(), u64::from(form.bits()), "{form:?}");
        let (bytes, mut out) = (writer.finish(), Vec::new());
        form.read(&mut BitReader::new(&bytes, 0), row_millis, &mut out).expect("as written");
        let (out, value) = (String::from_utf8_lossy(&out), String::from_utf8_lossy(value));
        assert_eq!(out, value, "{form:?}");
    }
    near.map_or(Form::of(value), |(form, _)| form)
}

#[test]
fn values_take_the_form_they_are_written_in() {
    const ROW: i64 = 1_778_084_864_570;
    let digits = |alphabet, length| Form::Digits { alphabet, length };
    for (value, expected) in [
        ("f9wq06apmw6mkvmbqbwqu", digits(4, 21)),
        ("01910b3c8a88fade", digits(1, 16)),
        ("fDAYKch_x-3P0ZnPBd7ux6XGyxmPhvFqPHWQ7i2MBh3", digits(7, 43)),
        ("2001:db8:54:8e27::32f7", digits(3, 22)),
        ("e407e6d9ce016615ed937a61c1c89c56-c15fb1442230e83b", digits(3, 49)),
        ("wanda.xu3@inbox.example", digits(MAIL, 23)),
        ("109574f8-bbd6-4d30-887c-cc2a9389ad0b", Form::Uuid),
        ("::ffff:198.19.119.151", Form::MappedAddress),
        ("198.19.119.151", Form::Address),
        ("198.019.119.151", digits(MAIL, 15)),
        ("1778084864570", Form::Near(Style::Millis, 0)),
        ("1778084864569", Form::Near(Style::Millis, 8)),
        ("1778084865", Form::Near(Style::Seconds, 8)),
        ("1731543670861", Form::Whole(44)),
        ("2026-05-06T16:27:44.570Z", Form::Near(Style::IsoMillis, 0)),
        ("2026-05-06T16:27:44Z", Form::Near(Style::IsoSeconds, 0)),
        ("2023-02-28T16:27:44.570Z", Form::Instant(Style::IsoMillis)),
        ("2023-02-29T16:27:44.570Z", Form::Text),
        ("0", Form::Whole(0)),
        ("18446744073709551615", Form::Whole(64)),
        ("18446744073709551616", digits(0, 20)),
        ("007", digits(0, 3)),
        ("Success", Form::Text),
        ("", Form::Text),
    ] {
        assert_eq!(round_trip(value.as_bytes(), ROW), expected, "{value}");
    }
}

proptest! {
    #[test]
    fn any_value(value in prop_oneof![
        any::<String>(), "[0-9]{1,40}", "[0-9a-f]{0,70}", "[0-9A-Z]{0,70}", "[0-9a-f:-]{1,40}", "[a-z0-9.@_-]{1,60}",
        "[a-zA-Z0-9]{1,99}", "[a-zA-Z0-9_-]{1,300}", "(::ffff:)?[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,2}\\.[0-9]",
        "[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[012][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{3})?Z",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ], row in any::<i64>()) {
        round_trip(value.as_bytes(), row);
    }

    #[test]
    fn times_near_the_row(row in -1_000_000_000_000..300_000_000_000_000_i64, distance in -10_000_000..10_000_000_i64) {
        for style in [Style::IsoMillis, Style::IsoSeconds, Style::Millis, Style::Seconds] {
            let mut text = Vec::new();
            style.put(u64::try_from(row + distance).unwrap_or(0), &mut text);
            round_trip(&text, row);
        }
    }

    #[test]
    fn any_bits_are_read(form in any::<[u8; 2]>(), bytes in prop::collection::vec(any::<u8>(), 0..300), row in any::<i64>()) {
        if let Some(form) = Form::decode(form) {
            let mut reader = BitReader::new(&bytes, 0);
            if form.read(&mut reader, row, &mut Vec::new()).is_ok() && form != Form::Text {
                prop_assert_eq!(reader.position(), u64::from(form.bits()));
            }
        }
    }
}
