// What is made of the page when it has loaded. It stands last, as it uses everything before it.

document.documentElement.classList.add("scripted");

for (const control of document.querySelectorAll("select[data-submit]")) submitOnChange(control);
for (const select of document.querySelectorAll("select[data-combobox]")) makeSearchable(select);
for (const button of document.querySelectorAll("button[data-copy]")) makeCopy(button);
for (const menu of document.querySelectorAll("details.account, details.pop")) closeOnLeave(menu);
for (const query of document.querySelectorAll("[aria-keyshortcuts='/']")) focusOnSlash(query);
for (const query of document.querySelectorAll("[data-complete]")) completeWhatIsTyped(query);
for (const button of document.querySelectorAll("[data-own-zone]")) offerOwnZone(button);
for (const table of document.querySelectorAll("table.events")) moveOverRows(table);
for (const pager of document.querySelectorAll("#pager")) turnPages(pager);
for (const dialog of document.querySelectorAll("dialog#keys")) showKeys(dialog);
for (const chart of document.querySelectorAll("#chart")) narrowByDragging(chart);
for (const bar of document.querySelectorAll("[data-stream]")) showArrivals(bar);
for (const link of document.querySelectorAll("a[data-export]")) showProgress(link);
for (const values of document.querySelectorAll("[data-copy-values]")) offerCopies(values);
for (const form of document.querySelectorAll("form[data-passkey]")) askForPasskey(form);
showBeside(document.getElementById("events"));
