//! What programs do, what ends them, and what is told of both.

use gatelog_event::json::Document;
use proptest::prelude::*;

use super::*;

const HEAD: &str = "# name: own\n# version: 3\n# source: native\n# about: A test.\n";

/// Enough for every test, and few enough to use them up quickly.
const STEPS: u64 = 30_000;

fn parse(program: &str) -> Result<MappingFile, String> {
    MappingFile::parse(&format!("{HEAD}{program}")).map_err(|error| error.to_string())
}

/// The outputs of a program that makes a value, as one array.
fn output(program: &str, input: &str) -> Result<String, String> {
    let mapping = parse(&format!("{{type: \"t\", data: [{program}]}}"))?;
    let mut mapped = mapping.map_within(&[input.as_bytes()], STEPS, STEPS)?;
    let events = mapped.remove(0).map_err(|error| error.to_string())?;
    let event = String::from_utf8(events.concat()).expect("UTF-8");
    let start = event.find("\"data\":").expect("data") + "\"data\":".len();
    let end = event.find(",\"source\"").expect("source");
    Ok(event[start..end].to_owned())
}

/// Program, input, and its outputs as one array.
const PROGRAMS: &[(&str, &str, &str)] = &[
    (".a.b", r#"{"a":{"b":1}}"#, "[1]"),
    (".[]", "[1,2]", "[1,2]"),
    (".[1:]", "[1,2,3]", "[[2,3]]"),
    ("..", "[[1]]", "[[[1]],[1],1]"),
    (
        "{a, \"b\": 2, (.c): 3, \"d\\(.a)\": 4}",
        r#"{"a":1,"c":"x"}"#,
        r#"[{"a":1,"b":2,"x":3,"d1":4}]"#,
    ),
    ("\"\\(.a) and \\(.b)\"", r#"{"a":1,"b":"x"}"#, r#"["1 and x"]"#),
    (
        ".a += 1 | .b //= 5 | .c = 7 | .d |= . * 2",
        r#"{"a":1,"d":4}"#,
        r#"[{"a":2,"d":8,"b":5,"c":7}]"#,
    ),
    (". as {a: $x, b: [$y]} | $x + $y", r#"{"a":1,"b":[2]}"#, "[3]"),
    ("reduce .[] as $x (0; . + $x)", "[1,2,3]", "[6]"),
    ("foreach .[] as $x (0; . + $x; [$x, .])", "[1,2]", "[[1,1],[2,3]]"),
    ("try error(\"x\") catch .", "null", r#"["x"]"#),
    (".a?, (.b // 1)", "{}", "[null,1]"),
    ("if . > 1 then \"more\" elif . == 1 then \"one\" else \"none\" end", "1", r#"["one"]"#),
    ("def f($n): if $n > 0 then $n, f($n - 1) else empty end; f(3)", "null", "[3,2,1]"),
    ("label $out | 1, break $out, 2", "null", "[1]"),
    ("to_entries | map(.key) | join(\"-\")", r#"{"a":1,"b":2}"#, r#"["a-b"]"#),
    ("with_entries(.value += 1)", r#"{"a":1}"#, r#"[{"a":2}]"#),
    ("[.[] | tostring] | sort", "[2,1]", r#"[["1","2"]]"#),
    (
        "[limit(3; range(10))], first(range(5; 9)), any(. > 1; .), all(.[]?; .)",
        "2",
        "[[0,1,2],5,true,true]",
    ),
    ("split(\",\") | map(ascii_downcase | ltrimstr(\"x\") | trim)", "\"XA, B\"", r#"[["a","b"]]"#),
    ("startswith(\"a\"), endswith(\"c\"), contains(\"b\")", "\"abc\"", "[true,true,true]"),
    ("fromjson.a, tojson", r#""{\"a\":[1]}""#, r#"[[1],"\"{\\\"a\\\":[1]}\""]"#),
    (
        "path(..), getpath([\"a\",0]), del(.a), paths",
        r#"{"a":[1]}"#,
        r#"[[],["a"],["a",0],1,{},["a"],["a",0]]"#,
    ),
    ("walk(if type == \"number\" then . + 1 else . end)", "[1,[2]]", "[[2,[3]]]"),
    ("group_by(.a) | map(length)", r#"[{"a":1},{"a":2},{"a":1}]"#, "[[2,1]]"),
    ("tonumber, type, length", "\"12\"", r#"[12,"string",2]"#),
    ("1.50, -0, 1e400, nan, 1 / 2", "null", "[1.50,0,1e400,null,0.5]"),
    (".", "12345678901234567890123", "[12345678901234567890123]"),
    (".", "1.50", "[1.50]"),
    (".", r#""\u0000\"\\\n\u001f é""#, r#"["\u0000\"\\\n\u001f é"]"#),
    ("@text \"a\\(1)\", @json \"b\\(\"c\")\"", "null", r#"["a1","b\"c\""]"#),
];

#[test]
fn programs_are_jq() {
    for (program, input, expected) in PROGRAMS {
        assert_eq!(output(program, input).as_deref(), Ok(*expected), "{program}");
    }
}

/// Programs that would go on, grow or go deep without an end, by what ends them.
const ENDLESS: [(&str, &[&str]); 4] = [
    (
        "more than the 30000 steps",
        &[
            "def f: f; f",
            "def f: f, f; f",
            "def f(g): f(g | g); f(.)",
            "null | def f: .a | f; path(f)",
            "def f: . as $x | f; f",
            "def f: if true then f else 1 end; f",
            "[range(1e12)]",
            "[range(0; 1; 0)]",
            "last(range(1e12))",
            "[skip(1e12; repeat(1))]",
            "[limit(1e12; repeat(1))]",
            "first(range(1e12) | select(. < 0))",
            "isempty(range(1e12) | empty)",
            "until(false; .)",
            "while(true; .)",
            "recurse(.)",
            "reduce repeat(1) as $x (0; . + 1)",
            "[range(1000)] | [combinations(5)]",
            "try repeat(1) catch 1",
            "reduce range(60) as $i (\"xxxxxxxxxxxxxxxx\"; . + .)",
            "reduce range(60) as $i (\"xxxxxxxxxxxxxxxx\"; \"\\(.)\\(.)\")",
            "reduce range(60) as $i ([1]; . + .)",
            "reduce range(60) as $i (1; [., .])",
            "reduce range(60) as $i (1; {a: ., b: .})",
            ". as $v | [range(1000)] | .[] = $v",
            ". as $v | [range(1000) | tostring] | join($v | tojson)",
            ". as $v | range(1000) | $v == $v | empty",
            ". as $v | range(1000) | first($v[]) | empty",
            ". as $v | range(1000) | first($v | ..) | empty",
            ". as $v | range(1000) | $v[1:] | empty",
            ". as $v | range(1000) | ($v | sort) | empty",
            ". as $v | range(1000) | ($v | del(.[0])) | empty",
            "(.. | ..) |= . | (.. | ..) |= . | (.. | ..) |= . | (.. | ..) |= .",
        ],
    ),
    (
        "calls itself too deep",
        &[
            "def f: 1 + f; f",
            "def f: f | .; f",
            "def f: [f]; f",
            "def f: f // f; f",
            "def f: try f catch f; f",
            "def f: try error(1) catch f; f",
            "def f: reduce f as $x (0; .); f",
            "def f: label $x | f; f",
        ],
    ),
    (
        "cannot multiply text",
        &["\"x\" * 1e9", "1e9 * \"x\"", "{a: \"x\"} | .a *= 1e9", "[\"x\"] | .[] |= . * 1e9"],
    ),
    (
        "",
        &[
            "reduce range(60) as $i (3; . * .)",
            "reduce range(100) as $i (1; [.])",
            "reduce range(100) as $i (null; {a: .})",
            "[limit(3; {a: 1} | .. )] | .[0] |= [.]",
        ],
    ),
];

#[test]
fn a_program_ends_whatever_it_does() {
    let input = format!("[{}]", vec!["1"; 2_000].join(","));
    for (expected, programs) in ENDLESS {
        for program in programs {
            // Deep ones need more steps than the stack has room for.
            let steps = if expected == "calls itself too deep" { 1_000_000 } else { STEPS };
            let text = format!("{HEAD}{{type: \"t\", data: [{program}]}}");
            let mapping = MappingFile::parse(&text).unwrap_or_else(|error| panic!("{error}"));
            let mapped = mapping.map_within(&[input.as_bytes()], steps, steps).expect("a thread");
            match &mapped[0] {
                Err(error) => assert!(error.reason.contains(expected), "{program}: {error}"),
                Ok(_) => assert!(expected.is_empty(), "{program} ends by itself"),
            }
        }
    }
}

/// Programs whose work doubles with each part, and none of whose outputs is ever seen.
#[test]
fn a_program_does_not_multiply_unseen() {
    let times = |part: &str| part.repeat(40);
    let names = |before: &str, after: &str| -> String {
        (0..40).map(|number| format!("{before}{number}{after}")).collect()
    };
    for program in [
        format!("{}empty", times("(1, 2) | ")),
        format!("{}empty", times("(1, 2) as $x | ")),
        format!("{}empty", times("(1, 2) + ")),
        format!("{}empty", times("(true, true) and ")),
        format!("{}empty{}", times("(1, 2) < ("), times(")")),
        format!("{}empty {}", times("if (true, true) then "), times("end ")),
        format!("{{{}z: empty}}", names("a", ": (1, 2), ")),
        format!("{{{}z: empty}}", names("(\"a\", \"b", "\"): 1, ")),
        format!(".{}[empty]?", times("[(0, 0)]?")),
        format!("\"{}\\(empty)\"", times("\\(1, 2)")),
        format!("def f({}$z): 1; f({}empty)", names("$a", ";"), times("(1, 2);")),
        format!("{}empty", times("try (1, 2) | ")),
        format!("path({}empty)", times("(., .) | ")),
        format!("[[]] | ({}empty) |= 1", times("(., .) | ")),
        format!("{}empty", times("limit(2; 1, 2) | ")),
    ] {
        let error = output(&program, "null").expect_err(&program);
        assert!(error.contains("more than the 30000 steps"), "{program}: {error}");
    }
}

/// The parser, the rewriting and the compiler recurse as deep as a program nests.
#[test]
fn a_program_of_brackets_does_no_harm() {
    let nested = |open: &str, close: &str, count: usize| {
        parse(&format!("{}1{}", open.repeat(count), close.repeat(count)))
    };
    for (open, close, parts) in [
        ("(", ")", 2),
        ("[", "]", 2),
        ("{a:", "}", 4),
        ("\"\\(", ")\"", 3),
        ("-", "", 1),
        ("try ", "", 1),
        ("if 1 then ", " end", 4),
        ("def f: ", "; 1", 5),
        ("1 as $x | ", "", 4),
        (".[", "]", 3),
        ("1, ", "", 2),
        (". | ", "", 2),
    ] {
        let most = (limits::PARTS_MAX - 10) / parts;
        assert!(nested(open, close, most).is_ok(), "{open}");
        let error = nested(open, close, 2 * limits::PARTS_MAX).expect_err(open);
        assert!(error.contains("more than"), "{open}: {error}");
    }
}

#[test]
fn inputs_that_come_together_have_steps_together() {
    let mapping = parse("{type: \"t\", data: [range(1000)]}").expect("a mapping");
    let mapped = mapping.map_within(&[&b"1"[..]; 10], STEPS, STEPS).expect("a thread");
    let refused = mapped.iter().filter(|mapped| mapped.is_err()).count();
    assert!((1..9).contains(&refused), "{refused}");
    assert!(mapped[0].is_ok() && mapped[9].is_err());
}

#[test]
fn a_file_that_cannot_be_used_says_where() {
    for (text, expected) in [
        ("", "line 1, column 1: the head lacks `# name: ...`"),
        (".", "line 1, column 1: the head lacks `# name: ...`"),
        ("# name: a\n# version: 1\n.", "line 3, column 1: the head lacks `# source: ...`"),
        ("# name: A b\n", "line 1, column 1: `name` has 1 to 64 lower-case letters"),
        ("# name: a\n# name: b\n", "line 2, column 1: `name` stands there twice"),
        ("# version: one\n", "line 1, column 1: `version` is a whole number"),
        ("# source: gatelog\n", "line 1, column 1: `source` cannot be `gatelog`"),
        ("# source: acme\n", "line 1, column 1: unknown source `acme`"),
        ("# title: x\n", "line 1, column 1: the head has no key `title`"),
    ] {
        let error = MappingFile::parse(text).expect_err(text).to_string();
        assert!(error.starts_with(expected), "{text:?}: {error}");
    }
    for (program, expected) in [
        ("", "line 5, column 1: expected term, found the end"),
        ("{a: 1", "line 5, column 6: expected closing brace"),
        (".a |\n  é", "line 6, column 3: expected token"),
        (".a b", "line 5, column 4: expected nothing"),
        ("import \"a\" as a; .", "line 5, column 1: a mapping is one file"),
        ("include \"a\"; .", "line 5, column 1: a mapping is one file"),
        ("{type: $ENV.HOME}", "line 5, column 8: there is no variable `$ENV`"),
        ("{type: env.HOME}", "line 5, column 8: there is no filter `env`"),
        ("\n. + input", "line 6, column 5: there is no filter `input`"),
        ("[inputs]", "line 5, column 2: there is no filter `inputs`"),
        ("now", "line 5, column 1: there is no filter `now`"),
        ("halt", "line 5, column 1: there is no filter `halt`"),
        ("debug", "line 5, column 1: there is no filter `debug`"),
        ("input_filename", "line 5, column 1: there is no filter `input_filename`"),
        ("a::b", "line 5, column 1: there is no module `a`"),
    ] {
        let error = parse(program).expect_err(program);
        assert!(error.starts_with(expected), "{program:?}: {error}");
    }
}

#[test]
fn an_input_that_gives_no_event_says_why() {
    let events = |program: &str, input: &str| {
        let mapping = parse(program).expect(program);
        let mapped = mapping.map(&[input.as_bytes()]).expect("a thread").remove(0);
        mapped.map(|events| events.len()).map_err(|error| (error.offset, error.reason))
    };
    for (program, input, expected) in [
        (".", "{\"a\":}", (5, "expected a JSON value")),
        (".", "[1]", (0, "the mapping makes [1], and an event is an object")),
        ("{source: \"okta\"}", "1", (0, "the mapping makes an event with `source`")),
        ("{mapping: 1}", "1", (0, "the mapping makes an event with `mapping`")),
        ("{(1, 2 | tostring): error(\"no user\")}", "1", (0, "the mapping fails: \"no user\"")),
        (".a.b", "{\"a\":1}", (0, "the mapping fails: cannot index 1 with \"b\"")),
        ("{a: {(1): 2}}", "1", (0, "a key of an object is not text")),
        ("range(10001) | {}", "1", (0, "the mapping makes more than 10000 events")),
    ] {
        let (offset, reason) = events(program, input).expect_err(program);
        assert_eq!(offset, expected.0, "{program}");
        assert!(reason.starts_with(expected.1), "{program}: {reason}");
    }
    assert_eq!(events("empty", "1"), Ok(0));
    assert_eq!(events("{}, {}", "1"), Ok(2));
}

#[test]
fn an_event_says_where_it_came_from() {
    let mapping = parse("{type: .kind, id: null, a: 1}, {data: .kind}").expect("a mapping");
    let input = br#"{"kind":"login","n":1.50}"#;
    let events = mapping.map(&[input]).expect("a thread").remove(0).expect("events");
    let events: Vec<_> = events.iter().map(|event| String::from_utf8_lossy(event)).collect();
    let expected = [
        r#"{"type":"login","a":1,"source":"native","mapping":"own 3","data":{"kind":"login","n":1.50}}"#,
        r#"{"data":"login","source":"native","mapping":"own 3"}"#,
    ];
    assert_eq!(events, expected);
}

/// The smallest programs.
const LEAVES: &[&str] = &[
    ".",
    "..",
    "null",
    "1",
    "-0.5",
    "1e300",
    "\"a\"",
    "[]",
    "{}",
    ".a",
    ".[0]?",
    ".[]?",
    "$x",
    "f",
    "g(.)",
    "empty",
    "error",
    "length?",
    "keys?",
    "tojson",
    "range(3)",
    "repeat(.)",
];

/// Programs that are made of others, which stand where an `@` is.
const SHAPES: &[&str] = &[
    "(@ | @)",
    "(@, @)",
    "[@]",
    "{a: @, (@ | tojson): @}",
    "(@ + @)",
    "(@ * @)",
    "(@ - @)",
    "(@ / @)",
    "(@ == @)",
    "(@ // @)",
    "(@ and @)",
    "(try @ catch @)",
    "(@?)",
    "-(@)",
    "(@ as $x | @)",
    "(@ as [$x, {a: $x}] | @)",
    "(def f: @; @)",
    "(def g(h): @; @)",
    "(reduce @ as $x (@; @))",
    "(foreach @ as $x (@; @; @))",
    "(label $l | @)",
    "(if @ then @ else @ end)",
    "\"\\(@)-\\(@)\"",
    "(.[@]?)",
    "(.[@:@]?)",
    "(.a |= @)",
    "(.. |= @)",
    "(.a += @)",
    "([@] | .[] *= @)",
    "path(@)",
    "first(@)",
    "limit(2; @)",
    "sort_by(@)?",
    "group_by(@)?",
    "map(@)?",
    "walk(@)",
    "del(@)",
    "any(@; @)",
    "until(@; @)",
];

/// Programs that parse, of every kind of term.
fn any_program() -> impl Strategy<Value = String> {
    prop::sample::select(LEAVES).prop_map(str::to_owned).prop_recursive(8, 64, 3, |inner| {
        (prop::sample::select(SHAPES), prop::collection::vec(inner, 4)).prop_map(
            |(shape, parts)| {
                let fill = |text: String, part: String| text.replacen('@', &part, 1);
                parts.into_iter().fold(shape.to_owned(), fill)
            },
        )
    })
}

proptest! {
    /// Whatever a program does and whatever it is given, it answers, within its steps.
    #[test]
    fn random_programs_end(program in any_program(), input in any_json()) {
        let around = "def f: .a?; def g(h): h, h; null as $x | ";
        if let Ok(mapping) = parse(&format!("{around}{{type: \"t\", data: ({program})}}")) {
            let mapped = mapping.map_within(&[input.as_bytes()], 5_000, 5_000).expect("a thread");
            for event in mapped.iter().flatten().flatten() {
                prop_assert!(Document::parse(event).is_ok());
            }
        }
    }

    /// Any text is a mapping or is refused at a place in it.
    #[test]
    fn random_texts_are_refused_at_a_place(program in "[-a-z.|,;:$\"\\\\()\\[\\]{}<>=+*/%?@ 0-9\u{e9}\n]{0,80}") {
        if let Err(error) = MappingFile::parse(&format!("{HEAD}{program}")) {
            prop_assert!((1..=5 + program.matches('\n').count()).contains(&error.line));
        }
    }
}

fn any_json() -> impl Strategy<Value = String> {
    let leaves =
        ["null", "true", "0", "-1.5", "1e400", "123456789012345678901", "\"\"", "\"\\u0000é\""];
    prop::sample::select(leaves.to_vec()).prop_map(str::to_owned).prop_recursive(
        5,
        40,
        4,
        |inner| {
            let items = prop::collection::vec(inner, 0..4);
            prop_oneof![
                items.clone().prop_map(|items| format!("[{}]", items.join(","))),
                items.prop_map(|items| {
                    let member = |(key, item): (&str, String)| format!("\"{key}\":{item}");
                    let members: Vec<_> =
                        ["a", "b", "a", "c"].into_iter().zip(items).map(member).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        },
    )
}
