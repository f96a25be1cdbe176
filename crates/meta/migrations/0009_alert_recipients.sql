-- Alerts tell people by e-mail too: addresses, one on each line, and the language they are told in.
-- A `webhook` that is empty is none.
ALTER TABLE alerts ADD COLUMN recipients TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN language TEXT NOT NULL DEFAULT 'en';

-- A message is for one destination: an address, or the webhook if there is none. `began` is since
-- when the alert fires, or fired.
ALTER TABLE alert_messages ADD COLUMN recipient TEXT;
ALTER TABLE alert_messages ADD COLUMN began INTEGER NOT NULL DEFAULT 0;
UPDATE alert_messages SET began = (SELECT since FROM alerts WHERE alerts.number = alert);

-- Attempts to send: `error` is why one failed, `next` when it is made again.
CREATE TABLE alert_sendings (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    alert     INTEGER NOT NULL REFERENCES alerts (number) ON DELETE CASCADE,
    time      INTEGER NOT NULL,
    occasion  TEXT    NOT NULL CHECK (occasion IN ('begin', 'remind', 'end')),
    recipient TEXT,
    error     TEXT,
    next      INTEGER
) STRICT;

CREATE INDEX alert_sendings_of_alert ON alert_sendings (alert, number);

-- The last failure was kept beside the alert.
INSERT INTO alert_sendings (alert, time, occasion, error)
    SELECT number, coalesce(checked, edited), 'begin', send_error FROM alerts
    WHERE send_error IS NOT NULL;
ALTER TABLE alerts DROP COLUMN send_error;
