//! Completions and manual pages: whatever `--help` names is in them.

use crate::support::Folder;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "elvish", "powershell"];

/// The subcommands that the help of `command` lists.
fn subcommands(folder: &Folder, command: &str) -> Vec<String> {
    let help = folder.run(&format!("{command} --help"));
    let help = help.succeeded();
    let listed = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let listed = listed.lines().take_while(|line| line.starts_with("  "));
    // A description that is continued on a line of its own is indented further.
    let names = listed.filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next().map(str::to_owned));
    names.filter(|name| name != "help").collect()
}

/// Every subcommand with all words before it, such as `token create`.
fn every_subcommand(folder: &Folder) -> Vec<String> {
    let first = subcommands(folder, "");
    assert!(first.iter().any(|name| name == "serve"), "{first:?}");
    let below = |name: &String| {
        let names = subcommands(folder, name).into_iter().map(|below| format!("{name} {below}"));
        names.collect::<Vec<_>>()
    };
    let second: Vec<String> = first.iter().flat_map(below).collect();
    assert!(second.iter().any(|name| name == "token create"), "{second:?}");
    first.into_iter().chain(second).collect()
}

#[test]
fn completions_know_every_subcommand() {
    let folder = Folder::new();
    let commands = every_subcommand(&folder);
    for shell in SHELLS {
        let script = folder.run(&format!("completions {shell}"));
        let is_between = |character: char| !character.is_alphanumeric() && character != '-';
        let words: Vec<&str> = script.succeeded().split(is_between).collect();
        for word in commands.iter().flat_map(|command| command.split(' ')) {
            assert!(words.contains(&word), "{shell}: {word}");
        }
    }
    let refused = folder.run("completions tcsh");
    assert_eq!(refused.code, Some(2), "{refused:?}");
}

#[test]
fn every_subcommand_has_a_manual_page() {
    let folder = Folder::new();
    assert_eq!(folder.run("man --directory pages/man1").succeeded(), "");
    for command in every_subcommand(&folder) {
        let name = format!("gatelog-{}", command.replace(' ', "-"));
        let page = folder.read(&format!("pages/man1/{name}.1"));
        assert!(page.starts_with(".ie"), "{page}");
        assert!(page.contains(&format!(".SH NAME\n{}", name.replace('-', "\\-"))), "{page}");
    }
    let printed = folder.run("man");
    assert!(printed.succeeded().contains(".SH SUBCOMMANDS"), "{printed:?}");
}
